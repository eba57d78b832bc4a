"""The plan of capacity in docs/scale.md, from the numbers of capacity.toml: what the peak costs, and how many replicas that takes."""

import math
import pathlib
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTS = HERE.parents[1] / "docs"
FIGURE = DOCUMENTS / "images" / "capacity.svg"
NUMBERS = tomllib.loads((HERE / "capacity.toml").read_text())


def value(group, name):
    return NUMBERS[group][name]["value"]


def kinds():
    """The kinds of checks: share of all, and seconds of a core each costs."""
    lists, addresses = value("assumptions", "lists"), value("assumptions", "addresses")
    without = value("assumptions", "without_commune")
    cores = value("assumptions", "cores")
    single = 1 - lists
    # The search of a country is measured alone, a whole check with a department: their sum counts the search twice at worst.
    check = value("measured", "check_us") / 1e6
    return {
        "rows of lists": (lists, cores / value("measured", "rows")),
        "single addresses with a commune": (single * addresses * (1 - without), cores / value("measured", "searches") + check),
        "single addresses without one": (single * addresses * without, 1 / value("measured", "searches_without") + check),
        "single positions": (single * (1 - addresses), value("measured", "position_us") / 1e6),
    }


def peak_checks(checks_a_day):
    """Checks in the busiest second."""
    hour = checks_a_day * value("assumptions", "peak_hour")
    return hour / 3600 * value("assumptions", "peak_second")


def busy_cores(checks_a_day):
    """Cores that work in the busiest second, by kind of check."""
    return {name: peak_checks(checks_a_day) * share * seconds for name, (share, seconds) in kinds().items()}


def carried_cores(replicas):
    """Cores that may be busy when some of these replicas are lost."""
    left = replicas - value("assumptions", "lost")
    return max(left, 0) * value("assumptions", "cores") * value("assumptions", "busy")


def replicas_for(checks_a_day):
    return math.ceil(sum(busy_cores(checks_a_day).values()) / carried_cores(1 + value("assumptions", "lost"))) + value("assumptions", "lost")


def rows(group):
    """Lines of a table of numbers with their origin."""
    return [f"| {number['what']} | {number['value']:,} | {number['origin']} |" for number in NUMBERS[group].values()]


def table():
    """The lines of the tables in docs/scale.md."""
    day = value("assumptions", "checks")
    cores = busy_cores(day)
    lines = ["| assumption | value | why |", "|---|---|---|", *rows("assumptions"), ""]
    lines += ["| measured | value | where, and on which build |", "|---|---|---|", *rows("measured"), ""]
    lines += ["| in the busiest second | checks | cores busy |", "|---|---|---|"]
    for name, (share, _) in kinds().items():
        lines.append(f"| {name} | {peak_checks(day) * share:,.0f} | {cores[name]:.2f} |")
    lines.append(f"| all | {peak_checks(day):,.0f} | {sum(cores.values()):.2f} |")
    # Lists have a connection of minutes, so nginx costs nothing for each row.
    proxied = peak_checks(day) * (1 - value("assumptions", "lists"))
    lines.append(f"| nginx, for single checks | {proxied:,.0f} | {proxied * value('measured', 'nginx_us') / 1e6:.2f} |")
    lines += ["", "| checks a day | busiest second | cores busy | replicas, one of them to be lost |", "|---|---|---|---|"]
    for checks in [day // 5, day, 2 * day, 4 * day]:
        lines.append(f"| {checks:,} | {peak_checks(checks):,.0f} | {sum(busy_cores(checks).values()):.2f} | {replicas_for(checks)} |")
    return lines
