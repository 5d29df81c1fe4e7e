//! Makes the cases of sequences: what is expected of an operation when its requests follow
//! those of others, by the [laws](Law) of the service's resources.

use super::Suite;
use super::case::{Case, Member, RequestValues, Template, Value};
use super::payload;
use super::step::{PARTIAL, Part, SECOND, Step, UNKNOWN};
use super::telling::Telling;
use crate::contract::{Basis, Clause, ClauseId, Contract, Field, Location, TypeName};
use crate::exchange::Travel;
use crate::profile::Role;
use crate::resource::{Effect, Law, NeedPlace, Resource, TOTALS};
use crate::status::is_success;
use std::collections::BTreeMap;

/// How the law is meant that no page states.
const REASON: &str = "a service shows what it was given, and no more once it is deleted; [[resource.NAME.off]] in service.toml turns a law off";

/// Adds the steps of an operation to its suite, and what they check to its statements.
pub(super) fn add(suite: &mut Suite, resources: &[Resource]) {
    let Some(control) = base_case(suite) else {
        return;
    };
    let mut steps = Vec::new();
    for resource in resources.iter().filter(|it| it.can_be_made()) {
        of(suite, resource, &control, &mut steps);
    }
    for (clause, template) in steps {
        suite.clauses.extend(clause);
        suite.cases.push(Case { template });
    }
}

/// The first valid case: the base request.
fn base_case(suite: &Suite) -> Option<String> {
    let mut cases = suite.cases.iter().map(|case| &case.template);
    let base = cases.find(|template| template.must_succeed() && template.provoke.is_none())?;
    Some(base.id.clone())
}

type Added = (Option<Clause>, Template);

fn of(suite: &Suite, resource: &Resource, control: &str, steps: &mut Vec<Added>) {
    let contract = &suite.contract;
    let operation = contract.operation.as_str();
    let maker = Maker {
        contract,
        resource,
        control,
    };
    let successes = maker.successes();
    let is_shown = resource
        .show
        .as_ref()
        .is_some_and(|it| it.operation == operation);
    let is_list = resource
        .list
        .as_ref()
        .is_some_and(|it| it.operation == operation);
    match resource.effect(operation) {
        Some(Effect::Create) => {
            steps.extend(maker.gives(Part::Create, Law::Created));
        }
        Some(Effect::Update) => {
            steps.extend(maker.gives(Part::Update, Law::Updated));
        }
        Some(Effect::Delete) => steps.extend(maker.request(Part::Delete, None)),
        None => {}
    }
    let mut look = |law, statement: String, expect: &[u16], changes: RequestValues| {
        steps.extend(maker.look(law, None, statement, expect, changes));
    };
    let none = RequestValues::default;
    let one = &resource.name;
    if is_shown {
        if resource.ready.is_some() {
            let can = format!("a {one} that was made can be used some time later");
            look(Law::Ready, can, &successes, none());
        }
        let shown = format!("a {one} is shown as it was sent when it was made");
        look(Law::Created, shown, &successes, none());
        if resource.update.is_some() {
            let shown = format!(
                "a {one} is shown as it was sent when it was changed, and all else is as before"
            );
            look(Law::Updated, shown, &successes, none());
        }
        if resource.update.as_ref().is_some_and(|update| update.keeps) {
            let kept = format!("what a change of a {one} does not name is as before");
            look(Law::Kept, kept, &successes, none());
        }
    }
    if let Some(list) = resource.list.as_ref().filter(|_| is_list) {
        let has = format!("the list has a {one} that was made, as it is shown");
        look(Law::Listed, has, &successes, none());
        let query = |name: &str, text: &str| {
            let mut changes = RequestValues::default();
            let value = Value::Text(text.to_owned());
            changes.query.insert(name.to_owned(), value);
            changes
        };
        let takes = |name: &str, number: &str| {
            let row = contract.parameter(Location::Query, name);
            row.is_some_and(|row| super::strategy::conforms(&suite.request, row, number))
        };
        if takes("limit", "1") {
            let most = "a list has no more items than limit says".to_owned();
            look(Law::Limit, most, &successes, query("limit", "1"));
            if takes("offset", "1") {
                let most = "a list leaves out as many items as offset says".to_owned();
                let mut changes = query("limit", "1");
                changes.query.append(&mut query("offset", "1").query);
                look(Law::Offset, most, &successes, changes);
            }
        }
        if let Some(total) = total(contract) {
            let says = format!("{total} says how many items there are in all");
            // One page is not all.
            let changes = match takes("limit", "1") {
                true => query("limit", "1"),
                false => none(),
            };
            let added = maker.look(Law::Total, None, says, &successes, changes);
            steps.extend(added);
        }
        for (parameter, value) in filters(contract, &list.at) {
            let only = format!(
                "a list with {parameter} has only items of that {parameter}, and every {one} that was made with it"
            );
            let changes = query(&parameter, &value);
            let added = maker.look(Law::Filter, Some(&parameter), only, &successes, changes);
            steps.extend(added);
        }
        let lacks = format!("the list does not have a {one} that was deleted");
        let added = maker.look(Law::Unlisted, None, lacks, &successes, none());
        steps.extend(added);
    }
    let unknown = contract.status_of(Role::UnknownResource);
    let own = |need: &crate::resource::Need| {
        need.resource.as_ref() == Some(one) && matches!(need.place, NeedPlace::Path(_))
    };
    let names_it = suite.handling.needs.iter().any(own);
    if names_it && let Some(unknown) = unknown {
        let has_parent = suite.handling.needs.iter().any(|need| {
            !own(need) && need.resource.is_some() && matches!(need.place, NeedPlace::Path(_))
        });
        let is_of_it = is_shown || resource.effect(operation).is_some();
        if has_parent && is_of_it {
            let apart = format!("a {one} is not found under another parent");
            let added = maker.look(Law::Parent, None, apart, &[unknown], none());
            steps.extend(added);
            let apart = format!("a {one} is not found under a parent that is not there");
            let added = maker.look(Law::Parent, Some(UNKNOWN), apart, &[unknown], none());
            steps.extend(added);
        }
        let mut needs = suite.handling.needs.iter();
        let last = needs.rfind(|need| matches!(need.place, NeedPlace::Path(_)));
        if is_of_it {
            let gone = format!("a {one} that was deleted is gone");
            let added = maker.look(Law::Gone, None, gone, &[unknown], none());
            steps.extend(added);
        } else if last.is_some_and(own) {
            let gone = format!("nothing is done in a {one} that was deleted");
            let added = maker.look(Law::Gone, Some(one), gone, &[unknown], none());
            steps.extend(added);
        }
    }
    if is_list
        && suite
            .handling
            .needs
            .iter()
            .any(|need| need.resource.is_some())
    {
        let apart = format!("a list has no {one} of another parent");
        let added = maker.look(Law::Parent, None, apart, &successes, none());
        steps.extend(added);
    }
}

/// What steps of one operation and resource have in common.
struct Maker<'a> {
    contract: &'a Contract,
    resource: &'a Resource,
    control: &'a str,
}

impl Maker<'_> {
    fn successes(&self) -> Vec<u16> {
        let statuses = self.contract.responses.keys().copied();
        statuses.filter(|status| is_success(*status)).collect()
    }

    fn is_on(&self, law: Law) -> bool {
        self.resource.off.iter().all(|off| off.law != law)
    }

    fn template(&self, part: Part, slug: &str, summary: String) -> Template {
        Template {
            id: format!("sequence/{slug}"),
            summary,
            clause: ClauseId::default(),
            expect: self.successes(),
            control: None,
            changes: RequestValues::default(),
            provoke: None,
            travel: Travel::default(),
            made_up: false,
            step: Some(Box::new(Step {
                resource: self.resource.name.clone(),
                part,
                variant: None,
            })),
        }
    }

    /// Requests that make or change objects on which others look then. Where their reply
    /// shows the object, that is as it was sent, by this law.
    fn gives(&self, part: Part, law: Law) -> Vec<Added> {
        let shows = |success| self.contract.response_body(success).is_some();
        let shows = self.contract.success().is_some_and(shows);
        let statement = format!("the reply shows a {} as it was sent", self.resource.name);
        let clause = (shows && self.is_on(law)).then(|| self.clause(law.name(), &statement));
        let update = self.resource.update.as_ref();
        let keeps = part == Part::Update
            && update.is_some_and(|update| update.keeps)
            && self.is_on(Law::Kept);
        let variants = [None, Some(SECOND)].into_iter();
        let variants = variants.chain(keeps.then_some(Some(PARTIAL))).enumerate();
        let made = variants.filter_map(|(at, variant)| {
            let (_, mut template) = self.request(part, variant)?;
            let telling = Telling::of(template.step.as_ref()?);
            let body = match variant {
                Some(PARTIAL) => Some(telling.partial_body(self.contract)?),
                _ => telling.body(self.contract),
            };
            if let Some(body) = body {
                let body = Member::Json(body.to_string());
                template.changes.body.insert(String::new(), body);
            }
            if let Some(clause) = &clause {
                template.clause = clause.id.clone();
            }
            // One clause, which both check.
            Some((clause.clone().filter(|_| at == 0), template))
        });
        made.collect()
    }

    /// A request that makes, changes or deletes an object.
    fn request(&self, part: Part, variant: Option<&str>) -> Option<Added> {
        let success = self.contract.success()?;
        let name = match variant {
            Some(variant) => format!("{variant} {}", self.resource.name),
            None => self.resource.name.clone(),
        };
        let (slug, summary) = match part {
            Part::Create => ("create", format!("makes a {name} that is looked at")),
            Part::Update if variant == Some(PARTIAL) => (
                "update",
                format!(
                    "changes some members of a {} that is looked at",
                    self.resource.name
                ),
            ),
            Part::Update => ("update", format!("changes a {name} that is looked at")),
            _ => ("delete", format!("deletes a {name} that is looked at")),
        };
        let slug = match variant {
            Some(variant) => format!("{slug}-{variant}"),
            None => slug.to_owned(),
        };
        let mut template = self.template(part, &slug, summary);
        template.clause = ClauseId::status(success);
        if let Some(step) = &mut template.step {
            step.variant = variant.map(str::to_owned);
        }
        Some((None, template))
    }

    fn clause(&self, slug: &str, statement: &str) -> Clause {
        Clause {
            id: ClauseId::sequence(slug),
            statement: statement.to_owned(),
            source: format!("service.toml [resource.{}]", self.resource.name),
            digest: String::new(),
            basis: Basis::Reading(REASON.into()),
            quote: String::new(),
        }
    }

    fn look(
        &self,
        law: Law,
        filter: Option<&str>,
        statement: String,
        expect: &[u16],
        changes: RequestValues,
    ) -> Option<Added> {
        if !self.is_on(law) {
            return None;
        }
        let slug = match filter {
            Some(parameter) => format!("{}-{}", law.name(), slug(parameter)),
            None => law.name().to_owned(),
        };
        let clause = self.clause(&slug, &statement);
        let mut template = self.template(Part::Look(law), &slug, statement);
        template.clause = clause.id.clone();
        template.expect = expect.to_vec();
        template.control = Some(self.control.to_owned());
        template.changes = changes;
        if let Some(step) = &mut template.step {
            step.variant = filter.map(str::to_owned);
        }
        Some((Some(clause), template))
    }
}

fn slug(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    name.chars().map(plain).collect()
}

/// The member of a list's reply that says how many items there are in all.
fn total(contract: &Contract) -> Option<&'static str> {
    let body = contract.response_body(contract.success()?)?;
    let is_it = |name: &&str| {
        let mut fields = body.fields.iter();
        fields.any(|field| field.name == **name && field.kind.is_integer())
    };
    TOTALS.into_iter().find(is_it)
}

/// Query parameters that ask for items by the value of a member, with a value each: of
/// those whose values are listed.
fn filters(contract: &Contract, at: &str) -> Vec<(String, String)> {
    let rows = contract.parameters.iter();
    let rows = rows.filter(|row| row.location == Location::Query);
    rows.filter_map(|row| {
        let name = &row.field.name;
        let values = filter_values(contract, at, name);
        Some((name.clone(), values.into_iter().next()?))
    })
    .collect()
}

/// Values by which a list can be filtered, and which items have: others, such as "all", may
/// mean something else.
pub fn filter_values(contract: &Contract, at: &str, parameter: &str) -> Vec<String> {
    let members = items(contract, at);
    let row = contract.parameter(Location::Query, parameter);
    let member = members
        .get(parameter)
        .filter(|it| it.kind == TypeName::String);
    let (Some(row), Some(member)) = (row, member) else {
        return Vec::new();
    };
    let listed = &member.constraints.values;
    let values = row.field.constraints.values.iter();
    values
        .filter(|value| listed.contains(value))
        .cloned()
        .collect()
}

/// The members of the items of a list, by name.
fn items<'a>(contract: &'a Contract, at: &str) -> BTreeMap<&'a str, &'a Field> {
    let body = contract
        .success()
        .and_then(|status| contract.response_body(status));
    let Some(body) = body else {
        return BTreeMap::new();
    };
    let mut fields = body.fields.iter();
    let list =
        fields.find(|field| payload::root_pointer(&field.name) == at || field.is_root_array());
    let members = list.and_then(|field| body.members(&field.kind));
    let members = members.unwrap_or_default().iter();
    members.map(|field| (field.name.as_str(), field)).collect()
}
