"""axe-core (tests/assets/axe.min.js) in a page: what stands in the way of people with a screen reader or a keyboard."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text("utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """
    async (tags) => {
        const rules = { "target-size": { enabled: true } }; // of WCAG 2.2, off by default
        const options = { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] };
        const { violations } = await axe.run(document, options);
        return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
    }
"""


def findings(page: Page) -> list[str]:
    """What axe finds on the page in front, element by element, by all rules of WCAG 2.2 AA and its best practices."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {SCRIPT} }}")
    found: list[str] = page.evaluate(RUN, TAGS)
    return found
