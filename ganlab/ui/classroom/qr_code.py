"""An address as a QR code, a picture that phones read."""

from html import escape

import segno
import streamlit as st

STYLE = """
<style>
.qr { display: block; width: min(16rem, 80vw); margin: 0; }
.qr.large { width: min(63vh, 88vw); margin: 0 auto; }
.qr img { display: block; width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
.qr-address { font-size: 1.4rem; font-weight: 600; overflow-wrap: anywhere; margin: 0.6rem 0 0; }
.qr-address.large { font-size: min(3.4rem, 6vw); text-align: center; }
</style>
"""


def show(address: str, large: bool) -> None:
    """The code with the address below it, black on white on either ground; `large`, it can be read from the back of a
    room."""
    size = "large" if large else ""
    shown = escape(address)
    st.html(
        f'{STYLE}<figure class="qr {size}"><img src="{picture(address)}" alt="QR code of the address {shown}"></figure>'
        f'<p class="qr-address {size}">{shown}</p>'
    )


def picture(address: str) -> str:
    """The code as SVG, in an address of its own."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(dark="#000000", light="#ffffff", border=4, omitsize=True)
