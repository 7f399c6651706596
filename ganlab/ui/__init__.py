"""Streamlit pieces that pages share."""

from ganlab.ui.guard import drop_what_a_page_left_asked, leave_keras_alone, take_no_infinite_numbers

leave_keras_alone()
drop_what_a_page_left_asked()
take_no_infinite_numbers()
