# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""phone_test.py CHROMIUM REPORT.html [--axe axe.min.js]
opens an HTML report at the size of a phone and goes through it by touch: taps fall on
what lies at that place. Each look at the page is judged by phone_test.js, light and dark."""
import argparse
import json
import os
import sys

from browser import Browser

parser = argparse.ArgumentParser()
parser.add_argument("chromium")
parser.add_argument("report")
parser.add_argument("--axe")
args = parser.parse_args()
here = os.path.dirname(os.path.abspath(__file__))
failed = []


def text(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def expect(what, got, wanted):
    print(f"ok {what}" if got == wanted else f"FAIL {what}: got {got}, wanted {wanted}")
    if got != wanted:
        failed.append(what)


def value(script):
    return browser.run(script)


def frame():
    value("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def tap(selector):
    """As a finger does: it has to be on the screen, with nothing over it."""
    x, y = value(f"""(() => {{
      const e = document.querySelector({json.dumps(selector)});
      if (!e) throw new Error('no ' + {json.dumps(selector)});
      let box = e.getBoundingClientRect();
      if (box.top < 0 || box.bottom > innerHeight) {{ e.scrollIntoView({{ block: 'center' }}); box = e.getBoundingClientRect(); }}
      window.tapped = new Promise((done) => {{
        addEventListener('click', () => setTimeout(done), {{ capture: true, once: true }});
        setTimeout(done, 5000);
      }});
      return [box.x + box.width / 2, box.y + box.height / 2];
    }})()""")
    browser.tap(x, y)
    value("window.tapped")
    frame()


def choose(field, option):
    """The phone draws the list of a select itself."""
    value(f"((e) => {{ e.value = '{option}'; e.dispatchEvent(new Event('input', {{ bubbles: true }})); }})"
          f"(document.getElementById('{field}'))")


def shown():
    return value("parseInt(document.getElementById('count').textContent, 10)")


def look(where):
    for theme in ("light", "dark"):
        value(f"document.documentElement.dataset.theme = '{theme}'")
        expect(f"{where}, {theme}", value(judge), "")
        if args.axe:
            expect(f"{where}, {theme}, by axe", value(
                "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ' ' +"
                " v.nodes.map((n) => n.target + ': ' + n.failureSummary).slice(0, 3).join('; ')).join('\\n'))"), "")


judge = text(os.path.join(here, "phone_test.js"))
browser = Browser(args.chromium, 390, 844, phone=True)
try:
    browser.open("file://" + os.path.abspath(args.report))
    if args.axe:
        value(text(args.axe) + "\n;0")
    findings = value("JSON.parse(document.getElementById('data').textContent).findings"
                     ".map((f) => [f.check, f.state, f.fixes.length, f.message])")
    fresh = [f for f in findings if f[1] == "new"]
    expect("the list comes first", value("document.getElementById('detail').checkVisibility()"), False)
    expect("with rows on the first screen",
           value("document.querySelectorAll('.row')[2].getBoundingClientRect().bottom < innerHeight"), True)
    look("the list")

    # Filters: a tap away, and on the first screen.
    expect("filters are folded", value("document.getElementById('folder').checkVisibility()"), False)
    tap("#filters-button")
    expect("a tap shows them", value(
        "[...document.querySelectorAll('select')].every((e) => e.checkVisibility() &&"
        " e.getBoundingClientRect().bottom < innerHeight)"), True)
    look("the filters")
    choose("state", "")
    expect("all findings", shown(), len(findings))
    choose("fix", "with")
    expect("those with a fix", shown(), len([f for f in findings if f[2]]))
    expect("the button says that one filters",
           value("document.getElementById('filters-button').textContent"), "Filters (1)")
    choose("fix", "")
    tap("#search")
    browser.send("Input.insertText", text="check-in-loop")
    expect("a search", shown(), len([f for f in findings if f[0] == "cancel-check-in-loop"]))
    look("a search")
    choose("search", "")
    choose("state", "new")
    tap("#filters-button")
    expect("they fold again", value("document.getElementById('folder').checkVisibility()"), False)
    tap('[data-check="cancel-forward-token"]')
    expect("one check", shown(), len([f for f in fresh if f[0] == "cancel-forward-token"]))
    look("a chosen check")
    tap('[data-check="cancel-forward-token"]')

    # A finding takes the place of the list.
    tap(".row")
    expect("a finding opens", value("[document.getElementById('detail'), document.querySelector('.list'),"
           " document.getElementById('filters-button')].map((e) => e.checkVisibility())"), [True, False, False])
    first = value("document.querySelector('.detail h2').textContent")
    expect("its message is on the first screen",
           value("document.querySelector('.detail h2').getBoundingClientRect().top < 200"), True)
    expect("the way is drawn", value("document.querySelectorAll('.code svg circle').length >= 2"), True)
    expect("and its lines are on the first screen",
           value("document.querySelector('.code .here').getBoundingClientRect().bottom < innerHeight"), True)
    expect("most of the width is code", value(
        "document.querySelector('.code .here .no').getBoundingClientRect().right < innerWidth / 4"), True)
    look("a finding")
    tap("details.page summary")
    expect("the page of its check", value("document.querySelector('details.page').open"), True)
    look("the page of a check")
    tap(".verdict button")
    expect("a verdict", value("document.querySelector('.verdict [aria-pressed=\"true\"]').textContent"), "True")
    tap(".verdict button")
    expect("the first has none before it", value("document.querySelector('[aria-label=\"Previous finding\"]').disabled"), True)
    tap('[aria-label="Next finding"]')
    second = value("document.querySelector('.detail h2').textContent")
    expect("the next one", second != first and value("scrollY"), 0)
    tap('[aria-label="Previous finding"]')
    expect("and back", value("document.querySelector('.detail h2').textContent"), first)
    tap(".back")
    expect("the list again", value("document.querySelector('.list').checkVisibility()"), True)

    # The phone's own way back leads to the list, where it was.
    value("document.querySelectorAll('.row')[40].scrollIntoView({ block: 'center' })")
    frame()
    place = value("scrollY")
    tap("li:nth-child(41) .row")
    expect("another finding", value("document.body.classList.contains('open')"), True)
    value("new Promise((done) => { addEventListener('popstate', () => setTimeout(done, 100)); history.back(); })")
    expect("the browser's back leads to the list", value("document.querySelector('.list').checkVisibility()"), True)
    expect("where it was", [value("scrollY"), value("document.activeElement.id")],
           [place, value("document.querySelectorAll('.row')[40].id")])
    tap("#more")
    expect("more rows", value("document.querySelectorAll('.row').length"), min(len(fresh), 200))
    look("more rows")
finally:
    browser.close()
print("done")
sys.exit(bool(failed))
