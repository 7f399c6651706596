"""Streamlit pieces that pages share."""

from ganlab.ui.guard import leave_keras_alone

leave_keras_alone()
