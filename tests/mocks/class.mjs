// Prints the certificate class that a JSON report would earn, and what stands against a
// better one: the violated clauses and the number of those that nothing exercised.
// Usage: node class.mjs REPORT.json
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const of = (verdict) => report.clauses.filter((clause) => clause.verdict === verdict);
const violated = of("violated").map(({ id }) => id);
const open = of("not-exercised").length;
const known = report.totals.known ?? 0;

let earned = "full";
if (report.exit_code !== 0) earned = "none";
else if (known > 0) earned = "conformant with accepted differences";
else if (open > 0) earned = "conformant";
console.log([earned, violated.join(" "), open].join("\t"));
