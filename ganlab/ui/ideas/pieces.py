"""The ideas: what each piece is called, what to try with it, what it means for the models here, and its source."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from ganlab.ui.ideas import judge_view, score_view, shipped
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.theme import role_css

ACTION = "GANs in Action"
WITH_R = "Advanced Deep Learning with R"


def _css() -> str:
    return text("shared/piece.css", "ideas/ideas.css") + role_css(".piece")


@dataclass(frozen=True)
class Idea:
    title: str
    to_try: str  # one sentence
    meaning: str  # one line, with a link to where it happens in the app
    source: str
    piece: Callable[[], Any]  # what the browser mounts, or what mounts it, called with `key` and `data`
    data: Callable[[], Any] = dict  # what it is sent; raises GanlabError


IDEAS = {
    "game": Idea(
        "The game",
        "Press Play, then drag the start or choose another rule: where do two players end up who pull one number V "
        "(the value of the game) in opposite directions?",
        "The middle is the game's equilibrium (Nash's): a saddle of V, where neither player gains by moving alone. "
        "A GAN is such a game with thousands of numbers for each player, which is why its losses swing and need not "
        "settle. [Train the Lab's preset *cycle*](lab?plane-gan.preset=cycle), whose points travel round and round.",
        f"{ACTION}, chapter 3 (a GAN as a zero-sum game with an equilibrium); {WITH_R}, chapter 9 (losses that swing).",
        lambda: component("ganlab_idea_game", "ideas/game", css=_css()),
    ),
    "peaks": Idea(
        "Two peaks",
        "Drag the two peaks of the data apart: when does one bell curve (a Gaussian) that is fitted to them stop "
        "covering both, and keep only one?",
        "What covers both draws what lies between, too: [the digits between two classes on a VAE's "
        "plane](latent?section=plane&model=vae-conv) are blurred mixtures. What keeps one is sharp and leaves data "
        "out: [train the Lab's preset *collapse*](lab?plane-gan.preset=collapse), which keeps one of its 8 peaks. "
        "On three islands of points you can watch both: [a VAE](lab?model=VAE+in+the+plane&data=Three+islands) and [a "
        "GAN](lab?data=Three+islands).",
        f"{ACTION}, chapter 2 (autoencoders and VAEs) and chapter 3 (how a GAN learns).",
        lambda: component("ganlab_idea_peaks", "ideas/peaks", css=_css()),
    ),
    "kernel": Idea(
        "Sliding a kernel",
        "Point at a cell of what comes out to see which cells it is the sum of, paint the picture, or change the nine "
        "numbers of the kernel (the small grid that slides over it).",
        "The DCGAN's discriminator shrinks digits by convolutions, and its generator makes them from noise by "
        "transposed ones. [See both with their sizes and parameters on the Train page](train?new=1&model=dcgan).",
        f"{ACTION}, chapter 4 (convolutional networks and the DCGAN); {WITH_R}, chapter 9 (a GAN with convolutions).",
        lambda: component("ganlab_idea_kernel", "ideas/kernel", css=_css()),
    ),
    "batch": Idea(
        "A normalised batch",
        "Make the batch smaller, down to two images, and draw others: what becomes of one number that stays in every "
        "batch? Then change to inference.",
        "The DCGAN normalises the maps of two layers in each of its networks. [Set up a race of the DCGAN with "
        "and without its normalisation](train?section=race&left-model=DCGAN&right-model=DCGAN"
        "&right.dcgan.published.normalised=false&race-iterations=300). Over so few iterations, the one without was "
        "ahead when we tried; the curve *P(real) in the generator's step* shows why.",
        f"{ACTION}, chapter 4 (batch normalisation, its formula and why the DCGAN has it).",
        lambda: component("ganlab_idea_batch", "ideas/batch", css=_css()),
        shipped.normalised,
    ),
    "draw": Idea(
        "Writing an image as two numbers",
        "Press Draw a few times, then move the weight of the KL: how much room does an image have in the plane, and "
        "what does that cost its copy?",
        "A VAE (variational autoencoder) learns a mean and a spread for each image, and to draw images from points. "
        "[Walk over the plane of the one that ships](latent?section=plane&model=vae), or [train one with another "
        "weight](train?new=1&model=vae).",
        f"{ACTION}, chapter 2 (autoencoders, the latent space and the VAE).",
        lambda: component("ganlab_idea_draw", "ideas/draw", css=_css()),
        shipped.drawn,
    ),
    "fooled": Idea(
        "Who is fooled",
        "Drag the line: when is the discriminator fooled less often by generated images, and what does that cost in "
        "real ones that it turns away?",
        "At the end of a game that went well the discriminator cannot tell. [Train the digit "
        "GAN](train?new=1&model=digit-gan): its metrics count what its discriminator takes new images for.",
        f"{ACTION}, chapter 3 (the discriminator's confusion matrix); {WITH_R}, chapter 9 (real and generated labels).",
        lambda: component("ganlab_idea_fooled", "ideas/fooled", css=_css() + text("shared/confusion.css")),
    ),
    "judge": Idea(
        "You are the discriminator",
        "Sixteen images: which of them did a generator draw? Mark these, press Check, and then try the images of a "
        "generator that has learned for longer or shorter.",
        "This is the discriminator's whole task, and what it says is all that the generator ever learns from. [Train "
        "the Swift GAN](train?new=1&model=swift-gan) to tell its images apart here, snapshot by snapshot: a run "
        "that was trained on this computer has kept its discriminator.",
        f"{ACTION}, chapter 1 (the discriminator's task) and chapter 3 (its training); {WITH_R}, chapter 9 (what the "
        "discriminator is shown).",
        lambda: partial(judge_view.show, _css()),
    ),
    "score": Idea(
        "What is a good score",
        "Spoil real digits with the strength, one change after the other: which metric (a number that says how good "
        "samples are) gets worse, which notices nothing, and which is fooled?",
        "No metric sees everything: copies of the training set get the best Fréchet distance of all. [Train the Swift "
        "GAN](train?new=1&model=swift-gan): while it learns, several metrics stand beside each other, and beside what "
        "real images get.",
        f"{ACTION}, chapter 5 (how GANs are judged: the inception score and the Fréchet inception distance).",
        lambda: component("ganlab_idea_score", "ideas/score", css=_css()),
        score_view.frame,
    ),
}


def show(name: str, alone: bool = False) -> None:
    """One idea; `alone`, its title is the page's."""
    idea = IDEAS[name]
    (st.title if alone else st.header)(idea.title, anchor=False)
    st.markdown(idea.to_try)
    with show_errors():
        idea.piece()(key=f"idea-{name}", data=idea.data())
    st.markdown(f"**Here:** {idea.meaning}")
    st.caption(f"After {idea.source}")
