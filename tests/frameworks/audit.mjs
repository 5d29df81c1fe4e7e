// What the implementations for Node share: the page's rules, behind the token.
export const MESSAGES = {
  400: "Invalid request parameter.",
  401: "Authorization failed.",
  403: "Unauthorized",
  500: "Server error.",
};

export class Refusal extends Error {
  constructor(status) {
    super(MESSAGES[status]);
    this.status = status;
  }

  body() {
    return { error_code: `DBSS.${this.status}`, error_msg: this.message };
  }
}

// The body of the answer 200, for whoever may use `owned`.
export function show(projectId, busiType, owned) {
  // Characters, of which some are two units of a string here.
  const length = [...projectId].length;
  if (length < 32 || length > 64) throw new Refusal(400);
  if (busiType !== "audit" && busiType !== "risk") throw new Refusal(400);
  if (projectId !== owned) throw new Refusal(403);
  return {
    id: 32,
    project_id: projectId,
    busi_type: busiType,
    task_switch: "off",
    task_status: "2",
    total_num: 10,
    completed_num: 10,
    begin_time: 1753427737077,
    end_time: 1753427757803,
    query_begin_time: 1752974753000,
    query_end_time: 1753427733000,
  };
}
