"""Answers in Heroku's shapes: every property that its JSON Hyper-Schema declares, and no other."""

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from autoscaler.sandbox.sizes import SIZES, Size
from autoscaler.sandbox.state import State
from autoscaler.sandbox.things import App, Dyno, ProcessType, Release

EMAIL = "founder@example.com"
Json = dict[str, Any]


def fixed_id(what: str) -> str:
    """The id of what every sandbox has: the account, sizes, stacks."""
    return str(uuid5(NAMESPACE_URL, f"sandbox:{what}"))


def when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def named(kind: str, name: str) -> Json:
    return {"id": fixed_id(f"{kind}:{name}"), "name": name}


def app(found: App) -> Json:
    return {
        "acm": False,
        "archived_at": None,
        "buildpack_provided_description": "Python",
        "build_stack": named("stack", "heroku-24"),
        "created_at": when(found.created_at),
        "generation": named("generation", "cedar"),
        "git_url": f"https://git.heroku.com/{found.name}.git",
        "id": found.id,
        "internal_routing": None,
        "maintenance": found.maintenance,
        "name": found.name,
        "owner": {"email": EMAIL, "id": fixed_id("account")},
        "organization": None,
        "team": named("team", found.team) if found.team else None,
        "region": named("region", "us"),
        "released_at": when(found.releases[-1].created_at),
        "repo_size": None,
        "slug_size": None,
        "space": None,
        "stack": named("stack", "heroku-24"),
        "updated_at": when(found.updated_at),
        "web_url": f"https://{found.name}.herokuapp.com/",
    }


def team_app(found: App) -> Json:
    """An app as a list of its team has it."""
    whole = app(found)
    without = ("acm", "generation", "organization")
    row = {key: value for key, value in whole.items() if key not in without}
    return {**row, "joined": found.joined, "locked": False}


def team(name: str, world: State) -> Json:
    began = when(account_began(world))
    return {
        **named("team", name),
        "created_at": began,
        "credit_card_collections": True,
        "default": False,
        "enterprise_account": None,
        "identity_provider": None,
        "membership_limit": None,
        "provisioned_licenses": False,
        "role": "admin",
        "type": "team",
        "updated_at": began,
    }


def addon(found: App, service: str) -> Json:
    """An add-on of an app, by the name of its service."""
    name = f"{service}-{found.name}"
    return {
        "actions": [],
        "addon_service": named("service", service),
        "billing_entity": {"id": found.id, "name": found.name, "type": "app"},
        "app": {"id": found.id, "name": found.name},
        "billed_price": None,
        "config_vars": [],
        "created_at": when(found.created_at),
        "id": fixed_id(f"addon:{name}"),
        "name": name,
        "plan": named("plan", f"{service}:basic"),
        "provider_id": fixed_id(f"provider:{name}"),
        "provision_message": "",
        "state": "provisioned",
        "updated_at": when(found.created_at),
        "web_url": f"https://{service}.example.com/",
    }


def stack(world: State) -> Json:
    began = when(account_began(world))
    return {**named("stack", "heroku-24"), "created_at": began, "default": True, "state": "public", "updated_at": began}


def formation(found: App, process: ProcessType) -> Json:
    size = SIZES[process.size].name
    return {
        "app": {"name": found.name, "id": found.id},
        "command": process.command,
        "created_at": when(process.created_at),
        "dyno_size": named("size", size),
        "id": process.id,
        "quantity": process.quantity,
        "size": size,
        "type": process.type,
        "updated_at": when(process.updated_at),
    }


def dyno(found: App, one: Dyno, now: datetime) -> Json:
    release = next(r for r in found.releases if r.version == one.release)
    return {
        "attach_url": None,
        "command": one.command,
        "created_at": when(one.born),
        "id": one.id,
        "name": one.name,
        "release": {"id": release.id, "version": release.version},
        "app": {"name": found.name, "id": found.id},
        "size": SIZES[one.size].name,
        "state": one.state(now),
        "type": one.type,
        "updated_at": when(one.changed_at(now)),
    }


def release(found: App, one: Release) -> Json:
    return {
        "addon_plan_names": [],
        "artifacts": [],
        "app": {"name": found.name, "id": found.id},
        "created_at": when(one.created_at),
        "description": one.description,
        "id": one.id,
        "updated_at": when(one.created_at),
        "slug": None,
        "status": "succeeded",
        "user": {"id": fixed_id("account"), "email": EMAIL},
        "version": one.version,
        "current": one is found.releases[-1],
        "output_stream_url": None,
        "eligible_for_rollback": True,
    }


def size(one: Size) -> Json:
    return {
        "architecture": "amd64",
        "compute": max(1, round(one.memory)),
        "cost": {"cents": one.cents, "unit": "month"},
        "dedicated": one.most < 100 and one.tier not in {"Eco", "Basic"},
        "precise_dyno_units": one.precise_dyno_units,
        "generation": named("generation", "fir" if one.tier == "Fir" else "cedar"),
        "id": one.id,
        "memory": one.memory,
        "name": one.name,
        "private_space_only": one.tier == "Private",
    }


def account_began(world: State) -> datetime:
    return min((found.created_at for found in world.apps.values()), default=world.now())


def account(world: State) -> Json:
    began = account_began(world)
    return {
        "allow_tracking": False,
        "beta": False,
        "created_at": when(began),
        "email": EMAIL,
        "federated": False,
        "id": fixed_id("account"),
        "identity_provider": None,
        "last_login": when(began),
        "name": "Founder",
        "sms_number": None,
        "suspended_at": None,
        "delinquent_at": None,
        "two_factor_authentication": False,
        "updated_at": when(began),
        "verified": True,
        "country_of_residence": None,
        "default_organization": None,
        "default_team": None,
    }


def feature(found: App, name: str) -> Json:
    return {
        "created_at": when(found.created_at),
        "description": f"Feature {name}",
        "doc_url": f"https://devcenter.heroku.com/articles/{name}",
        "enabled": found.features.get(name, False),
        "id": fixed_id(f"feature:{name}"),
        "name": name,
        "state": "general",
        "updated_at": when(found.updated_at),
        "display_name": name,
        "feedback_email": "feedback@example.com",
    }


def collaborator(found: App) -> Json:
    return {
        "app": {"name": found.name, "id": found.id},
        "created_at": when(found.created_at),
        "id": fixed_id(f"collaborator:{found.id}"),
        "permissions": [],
        "role": "owner",
        "updated_at": when(found.updated_at),
        "user": {"email": EMAIL, "federated": False, "id": fixed_id("account")},
    }


def quota(world: State) -> Json:
    """What `heroku ps` asks of an account on the Eco plan."""
    return {
        "account_quota": 3_600_000,
        "quota_used": 0,
        "apps": [{"app_uuid": found.id, "quota_used": 0} for found in world.apps.values()],
    }
