"""Draws docs/images/capacity.svg and prints the tables of docs/scale.md, from the numbers of capacity.toml.

Usage: plot_capacity.py. check_capacity.py compares what it writes with the document.
"""

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
from matplotlib.ticker import MultipleLocator

from capacity import FIGURE, busy_cores, carried_cores, table, value

COLOURS = ["#1d4f91", "#b3541e", "#6b3fa0", "#5b7f3a"]


def main():
    # The same numbers give the same bytes: no date, and names by their content.
    plt.rcParams["svg.hashsalt"] = "capacity"
    # Letters stay letters, for readers of the text and for small files.
    plt.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(figsize=(7.4, 4), layout="constrained")
    day = value("assumptions", "checks")
    millions = [day / 1e6 * step / 20 for step in range(81)]
    costs = [busy_cores(checks * 1e6) for checks in millions]
    names = list(costs[0])
    axes.stackplot(millions, [[cost[name] for cost in costs] for name in names], labels=names, colors=COLOURS, alpha=0.75)
    most = sum(costs[-1].values())
    for replicas in range(2, 20):
        carried = carried_cores(replicas)
        if carried > most * 1.15:
            break
        axes.axhline(carried, color="#444", linewidth=0.8, linestyle="--")
        axes.annotate(f"{replicas} replicas", (millions[-1], carried), (5, -3), textcoords="offset points", fontsize=8)
    axes.axvline(day / 1e6, color="#444", linewidth=0.8, linestyle=":")
    axes.set(xlabel="million checks a day", ylabel="cores busy in the busiest second", xlim=(0, millions[-1]), ylim=(0, most * 1.4))
    axes.xaxis.set_major_locator(MultipleLocator(25))
    axes.legend(loc="upper left", fontsize=8, framealpha=1)
    figure.savefig(FIGURE, metadata={"Date": None, "Title": "Cores that checks take in the busiest second, and replicas that carry them"})
    print("\n".join(table()))


main()
