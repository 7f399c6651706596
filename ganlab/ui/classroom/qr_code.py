"""An address as a QR code, a picture that phones read."""

from html import escape

import segno
import streamlit as st

STYLE = """
<style>
.qr { display: block; width: min(16rem, 80vw); margin: 0; }
.qr.large { width: min(72vh, 88vw); margin: 0 auto; }
.qr svg { display: block; width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
.qr-address { font-size: 1.4rem; font-weight: 600; overflow-wrap: anywhere; margin: 0.6rem 0 0; }
.qr-address.large { font-size: min(3.4rem, 6vw); text-align: center; }
</style>
"""


def show(address: str, large: bool) -> None:
    """The code with the address below it, black on white on either ground; `large`, it can be read from the back of a
    room."""
    size = "large" if large else ""
    st.html(
        f'{STYLE}<figure class="qr {size}" role="img" aria-label="QR code of the address {escape(address)}">'
        f'{svg(address)}</figure><p class="qr-address {size}">{escape(address)}</p>'
    )


def svg(address: str) -> str:
    """The code as SVG, which fills what it lies in."""
    return segno.make(address, error="m", micro=False).svg_inline(
        dark="#000000", light="#ffffff", border=4, omitsize=True, unit=None
    )
