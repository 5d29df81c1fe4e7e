//! What a service's operations work on, as it is read from shapes of paths and from names.
use conformant::contract::{
    Body, Contract, Field, Location, Mandatory, Parameter, Response, Source, TypeName, UriTemplate,
};
use conformant::resource::{NeedPlace, Resource, needs, propose, render};
use std::collections::BTreeMap;

/// A member of a body: `id`, or `cluster:{id,status}` for an object that holds some.
fn fields(text: &str, objects: &mut BTreeMap<String, Vec<Field>>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([',', ':']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let mut kind = TypeName::String;
        rest = behind.strip_prefix(',').unwrap_or(behind);
        if let Some(inner) = behind.strip_prefix(':') {
            let is_array = inner.starts_with('[');
            let close = inner.find(['}', ']']).unwrap();
            let members = fields_of(&inner[1..close], objects);
            objects.insert(name.to_owned(), members);
            kind = TypeName::Named(name.to_owned());
            if is_array {
                kind = TypeName::Array(Box::new(kind));
            }
            rest = inner[close + 1..].trim_start_matches(',');
        }
        fields.push(Field::new(name, kind, Source::default()));
    }
    fields
}

fn fields_of(text: &str, objects: &mut BTreeMap<String, Vec<Field>>) -> Vec<Field> {
    fields(text, objects)
}

fn body(text: &str) -> Body {
    let mut objects = BTreeMap::new();
    let fields = fields(text, &mut objects);
    Body {
        fields,
        objects,
        ..Body::default()
    }
}

/// An operation, what it is sent and what it replies.
fn operation(name: &str, method: &str, path: &str, sent: &str, reply: &str) -> Contract {
    let uri = UriTemplate::parse(path);
    let mut contract = Contract::new(name.into(), method.into(), uri);
    let names: Vec<String> = contract.uri.placeholders().map(str::to_owned).collect();
    for name in names {
        let mut field = Field::new(&name, TypeName::String, Source::default());
        field.mandatory = Mandatory::Yes;
        contract.parameters.push(Parameter {
            location: Location::Path,
            field,
        });
    }
    if !sent.is_empty() {
        let mut sent = body(sent);
        sent.fields
            .iter_mut()
            .for_each(|field| field.mandatory = Mandatory::Yes);
        contract.request_body = Some(sent);
    }
    let response = Response {
        body: (!reply.is_empty()).then(|| body(reply)),
        ..Response::default()
    };
    contract.responses.insert(200, response);
    contract
}

/// Resources as text, without what all of them have.
fn proposed(contracts: &[Contract]) -> String {
    let text = render(&propose(contracts));
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let lines = lines.filter(|line| *line != "guess = true");
    lines.collect::<Vec<_>>().join("\n")
}

fn one<'a>(resources: &'a [Resource], name: &str) -> &'a Resource {
    resources.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn a_parameter_that_is_only_called_id_is_named_by_its_path() {
    let contracts = [
        operation(
            "create-disk",
            "POST",
            "/v1/{project_id}/disks",
            "name",
            "id,name",
        ),
        operation(
            "show-disk",
            "GET",
            "/v1/{project_id}/disks/{id}",
            "",
            "id,name",
        ),
        operation(
            "delete-disk",
            "DELETE",
            "/v1/{project_id}/disks/{id}",
            "",
            "",
        ),
        operation(
            "create-policy",
            "POST",
            "/v1/{project_id}/policies",
            "name",
            "id,name",
        ),
        operation(
            "delete-policy",
            "DELETE",
            "/v1/{project_id}/policies/{id}",
            "",
            "",
        ),
    ];
    assert_eq!(
        proposed(&contracts),
        r#"[resource.disk]
names = ["show-disk/path/id", "delete-disk/path/id"]
create = { operation = "create-disk", take = "/id" }
show = { operation = "show-disk", at = "" }
delete = { operation = "delete-disk", gone = 404, within = "10m" }
[resource.policy]
names = ["delete-policy/path/id"]
create = { operation = "create-policy", take = "/id" }
delete = { operation = "delete-policy", gone = 404, within = "10m" }"#
    );
}

#[test]
fn the_id_of_the_object_itself_is_taken_and_not_that_of_another() {
    let create = |reply: &str| {
        let contracts = [
            operation("create-disk", "POST", "/v1/disks", "name", reply),
            operation("delete-disk", "DELETE", "/v1/disks/{disk_id}", "", ""),
        ];
        let resources = propose(&contracts);
        let create = one(&resources, "disk").create.clone();
        create.map(|create| create.take.to_string())
    };
    for (reply, take) in [
        ("disk:{id,name}", Some("/disk/id")),
        ("owner:{id},disk:{name,id}", Some("/disk/id")),
        ("id,owner:{id}", Some("/id")),
        ("job:{id},disk_id", Some("/disk_id")),
        ("disk:{disk_id}", Some("/disk/disk_id")),
        // Nothing of one object alone.
        ("disks:[id,name]", None),
        ("name", None),
    ] {
        assert_eq!(create(reply).as_deref(), take, "{reply}");
    }
}

#[test]
fn the_same_name_elsewhere_speaks_of_the_same_thing() {
    let contracts = [
        operation("create-net", "POST", "/v1/nets", "name", "net:{id}"),
        operation("delete-net", "DELETE", "/v1/nets/{net_id}", "", ""),
        operation("show-usage", "GET", "/v1/usage/{net_id}", "", "bytes"),
        operation(
            "create-port",
            "POST",
            "/v1/ports",
            "net_id,host_id,project_id",
            "port:{id}",
        ),
        operation("delete-port", "DELETE", "/v1/ports/{port_id}", "", ""),
    ];
    let resources = propose(&contracts);
    let names: Vec<String> = one(&resources, "net")
        .names
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["path/net_id", "body/net_id"]);
    let needs_of = |at: usize| -> Vec<(NeedPlace, Option<String>)> {
        let needs = needs(&contracts[at], &resources).into_iter();
        needs.map(|need| (need.place, need.resource)).collect()
    };
    let net = || Some("net".to_owned());
    assert_eq!(needs_of(2), [(NeedPlace::Path("net_id".into()), net())]);
    // What nobody makes must be given; the project is the target's.
    assert_eq!(
        needs_of(3),
        [
            (NeedPlace::Body("/net_id".into()), net()),
            (NeedPlace::Body("/host_id".into()), None),
        ]
    );
}

#[test]
fn what_cannot_be_given_back_is_not_made() {
    let contracts = [
        operation("create-key", "POST", "/v1/keys", "name", "key:{id}"),
        operation("list-keys", "GET", "/v1/keys", "", "keys:[id,name]"),
        operation("show-key", "GET", "/v1/keys/{key_id}", "", "key:{id}"),
    ];
    let resources = propose(&contracts);
    let key = one(&resources, "key");
    assert!(!key.can_be_made());
    let list = key.list.as_ref().unwrap();
    assert_eq!((list.at.as_str(), list.id.as_str()), ("/keys", "/id"));
}
