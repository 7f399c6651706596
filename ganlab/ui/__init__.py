"""Everything that is drawn with Streamlit: a room per page, and what they share."""

from ganlab.ui.shared.class_server import open_where_served
from ganlab.ui.shared.streamlit_patches import (
    answer_fewer_polls_of_many,
    drop_what_a_page_left_asked,
    keep_the_address_that_was_given,
    leave_keras_alone,
    lock_what_a_session_holds,
    save_a_first_page_time,
    take_no_infinite_numbers,
    tell_presses_from_polls,
)

leave_keras_alone()
save_a_first_page_time()
drop_what_a_page_left_asked()
take_no_infinite_numbers()
lock_what_a_session_holds()
keep_the_address_that_was_given()
tell_presses_from_polls()
answer_fewer_polls_of_many()
open_where_served()
