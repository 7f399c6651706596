"""The order of one iteration's updates, as a small figure beside the Step button."""

from html import escape

import streamlit as st

from ganlab import registry
from ganlab.registry import Update, Updates
from ganlab.runs import Run
from ganlab.ui.shared.formatting import many
from ganlab.ui.shared.theme import ROLES

AT_ONCE = "Both gradients are worked out first. Only then do both networks take their steps."


def show(run: Run) -> None:
    """Nothing where an iteration is a single update."""
    spec = registry.get(run.model)
    updates = spec.updates(spec.recorded(run.config.values))
    if updates is not None and len(updates.order) > 1:
        st.html(STYLE + figure(updates, run.config.preset), width="stretch")


def figure(updates: Updates, preset: str) -> str:
    """The figure as HTML; the preset `published` is the source's own way."""
    title = f"One iteration, as {'the source' if preset == 'published' else 'ganlab'} does it"
    title += f": {many(updates.parts, 'round')}, each on a part of the batch" if updates.parts > 1 else ""
    numbers = [1] * len(updates.order) if updates.at_once else range(1, len(updates.order) + 1)
    steps = "".join(map(_step, numbers, updates.order))
    notes = [*([AT_ONCE] if updates.at_once else []), *([updates.after] if updates.after else [])]
    kind = "updates at-once" if updates.at_once else "updates"
    words = f"<p>{escape(' '.join(notes))}</p>" if notes else ""
    return f'<figure class="{kind}"><figcaption>{escape(title)}</figcaption><ol>{steps}</ol>{words}</figure>'


def _step(number: int, update: Update) -> str:
    role = "discriminator" if update.network == "critic" else update.network
    return (
        f'<li class="{role}"><i aria-hidden="true">{number}</i>'
        f"<span><b>The {update.network} learns</b> {escape(update.images)}</span></li>"
    )


def _colour(role: str) -> str:
    return f"light-dark({', '.join(ROLES[role])})"


STYLE = f"""<style>
.updates {{ margin: 0; font-size: 0.82rem; line-height: 1.35; }}
.updates figcaption {{ font-weight: 600; margin-bottom: 0.3rem; }}
.updates ol {{ display: flex; flex-wrap: wrap; gap: 0.45rem 1.5rem; list-style: none; margin: 0; padding: 0; }}
.updates li {{
  position: relative; display: flex; gap: 0.5rem; align-items: center; flex: 0 1 auto; max-width: 17rem; margin: 0;
  padding: 0.3rem 0.65rem 0.3rem 0.35rem; border: 1px solid color-mix(in srgb, var(--role) 45%, transparent);
  border-radius: 8px; background: color-mix(in srgb, var(--role) 8%, transparent);
}}
.updates li.discriminator {{ --role: {_colour("discriminator")}; }}
.updates li.generator {{ --role: {_colour("generator")}; }}
.updates i {{
  flex: none; width: 1.45rem; height: 1.45rem; border-radius: 50%; display: grid; place-items: center;
  font-style: normal; font-weight: 700; color: var(--role); border: 2px solid var(--role);
}}
.updates b {{ display: block; font-weight: 600; }}
.updates li + li::before {{
  content: ""; position: absolute; left: -1.5rem; top: 50%; width: 1.1rem; border-top: 2px solid; opacity: 0.55;
}}
.updates li + li::after {{
  content: ""; position: absolute; left: -0.75rem; top: calc(50% - 0.22rem); width: 0.4rem; height: 0.4rem;
  border: solid; border-width: 2px 2px 0 0; transform: rotate(45deg); opacity: 0.55;
}}
.updates.at-once li + li::after {{ display: none; }}
.updates.at-once ol {{ column-gap: 2.6rem; }}
.updates.at-once li + li::before {{
  content: "and"; border: 0; left: -2.6rem; top: calc(50% - 0.7em); width: 2.6rem; text-align: center; opacity: 0.82;
}}
.updates p {{ margin: 0.3rem 0 0; max-width: 36rem; opacity: 0.82; }}
.updates li, .updates p {{ font-size: 0.82rem; }}
@media (max-width: 640px) {{
  .updates ol {{ flex-direction: column; gap: 1rem; }}
  .updates li {{ max-width: none; }}
  .updates li + li::before {{ left: 1rem; top: -1rem; width: 0; height: 0.75rem; border: 0; border-left: 2px solid; }}
  .updates li + li::after {{ left: 0.83rem; top: -0.58rem; transform: rotate(135deg); }}
  .updates.at-once ol {{ row-gap: 1.4rem; }}
  .updates.at-once li + li::before {{ left: 0.6rem; top: -1.3rem; width: auto; height: auto; border: 0; }}
}}
</style>"""
