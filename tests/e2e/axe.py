"""axe-core (tests/assets/axe.min.js) in a page: what stands in the way of people with a screen reader or a keyboard."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast",)
RUN = """
    async ([tags, only]) => {
        const runOnly = only.length ? { type: "rule", values: only } : { type: "tag", values: tags };
        const rules = only.length ? {} : { "target-size": { enabled: true } }; // of WCAG 2.2, off by default
        const { violations } = await axe.run(document, { runOnly, rules, resultTypes: ["violations"] });
        return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
    }
"""


def findings(page: Page, *only: str) -> list[str]:
    """What axe finds on the page in front, element by element: by all rules of WCAG 2.2 AA, or by these alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {SCRIPT} }}")
    found: list[str] = page.evaluate(RUN, [TAGS, only])
    return found
