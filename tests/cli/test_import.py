"""`autoscaler import` as a user meets it: the file on standard output, what is to be known on standard error."""

import subprocess
from pathlib import Path

from tests.cli.running import command, environ, run

CRONTAB = """\
0 22 * * 1-5 heroku ps:scale worker=1 -a shop
0 6 * * 2-6  heroku ps:scale worker=0 -a shop
0 3 * * *    pg_dump
"""


def test_a_crontab_becomes_a_file_that_passes_check(tmp_path: Path) -> None:
    (tmp_path / "crontab.txt").write_text(CRONTAB)
    ran = run("import", "crontab.txt", "--timezone", "Asia/Tokyo", cwd=tmp_path)
    assert ran.status == 0
    assert ran.err == "not carried over: line 3: it scales nothing: keep it where it is\n"
    assert "# Not carried over: line 3: it scales nothing" in ran.out
    assert "          - when: weekdays 22:00-06:00\n            quantity: 1\n" in ran.out
    (tmp_path / "policies.yaml").write_text(ran.out)
    assert run("check", cwd=tmp_path).status == 0


def test_settings_that_do_not_scale_are_counted_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text("SCALING_SCHEDULE_WEB: 2200-0600:2;0600-2200:5\nSECRET_KEY: hunter2\n")
    ran = run("import", "config.txt", "--app", "shop", "--timezone", "Asia/Tokyo", cwd=tmp_path)
    assert ran.err == "note: 1 other setting has nothing to do with scaling\n"
    assert "hunter2" not in ran.out


def test_standard_input_and_an_output_that_is_never_overwritten(tmp_path: Path) -> None:
    def imported(*more: str) -> subprocess.CompletedProcess[str]:
        arguments = command("import", "-", "--app", "shop", "--type", "web", "--output", "new.yaml", *more)
        return subprocess.run(
            arguments, cwd=tmp_path, env=environ(), input="2200-0600:2;0600-2200:5", capture_output=True, text=True
        )

    assert (imported().returncode, imported().returncode) == (0, 1)
    assert "new.yaml is there already" in imported().stderr
    assert imported("--force").returncode == 0
    assert run("check", "new.yaml", cwd=tmp_path).out.startswith("new.yaml: ok: 1 app, 1 process type, 1 window")


def test_the_zone_of_a_crontab_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "crontab.txt").write_text(CRONTAB)
    ran = run("import", "crontab.txt", cwd=tmp_path)
    assert ran.status == 64
    assert "line 1: in which time zone does this crontab run? Say --timezone" in ran.err
    assert ran.out == ""


def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello\n")
    ran = run("import", "notes.txt", cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "line 1: it is no line of a crontab" in ran.err
    assert "there is nothing in it that could be carried over" in ran.err
    assert "no-such.txt cannot be read" in run("import", "no-such.txt", cwd=tmp_path).err


def test_what_runs_at_no_time_of_the_clock_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "crontab.txt").write_text(
        "@reboot heroku ps:scale web=1 -a shop\n@fortnightly heroku ps:scale web=2 -a shop\n"
    )
    ran = run("import", "crontab.txt", "--timezone", "UTC", cwd=tmp_path)
    assert ran.status == 1
    assert "line 1: @reboot runs when a machine starts, which is at no time of the clock" in ran.err
    assert "belongs into the Procfile" in ran.err
    assert "line 2: @fortnightly is none of a crontab's names for a time: write its five fields" in ran.err
