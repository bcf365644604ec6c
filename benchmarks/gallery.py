"""Measures how quickly the gallery answers: filters, sorts, scrolled frames and memory.

    python benchmarks/gallery.py [--scale 3] [--classes 62]

At 10,000 images (the test images) and at 70,000 (test and training images together), with ten
epochs of made-up predictions, every combination of filter and sort is asked for through the
window's own controls, the grid is scrolled from end to end in steps of a wheel's notch, cells of
the matrix are clicked, the matrix is painted, images are chosen and epochs are gone through. With
`--classes` the same images are given as many made-up classes. Each figure is the time in which the
window could do nothing else. Works on a desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine
from PySide6.QtWidgets import QApplication

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.data.catalogue import read_split
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.training.allocator import keep_freed_memory, resident_bytes
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel

EPOCHS = 10
NOTCH = 60
"""Pixels that one notch of a wheel scrolls by."""
MOST_FRAMES = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=int, default=3, choices=range(1, 7))
    parser.add_argument("--classes", type=int, default=10)
    asked = parser.parse_args()
    keep_freed_memory()  # as the program does when it loads torch
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        test, train = (read_split(split, Path(folder)) for split in (Split.TEST, Split.TRAIN))
    both = ImageSet(
        np.concatenate([test.images, train.images]),
        np.concatenate([test.labels, train.labels]),
        test.info,
    )
    print(f"On {describe_machine()}, images at {asked.scale}x, {asked.classes} classes")
    print(
        f"{'images':>8}{'query: median':>15}{'worst':>8}{'frame: median':>15}{'99 %':>8}{'MB':>7}"
        f"{'cell':>9}{'matrix':>9}{'image':>9}{'epoch':>9}"
    )
    results = [
        measure(with_classes(images, asked.classes), asked.scale, application)
        for images in (test, both)
    ]
    print(json.dumps({"machine": describe_machine(), **vars(asked), "results": results}))


def with_classes(images: ImageSet, classes: int) -> ImageSet:
    """Return the images with labels that are spread over so many classes."""
    if classes == len(images.info.class_names):
        return images
    names = tuple(f"class {number}" for number in range(classes))
    labels = (np.arange(len(images)) % classes).astype(np.uint8)
    return replace(
        images, labels=labels, info=replace(images.info, class_names=names, train_counts=())
    )


def measure(images: ImageSet, scale: int, application: QApplication) -> dict[str, float]:
    """Measure the gallery with these images and print a line about it."""
    answers = [made_up(images, epoch) for epoch in range(1, EPOCHS + 1)]
    before = resident_bytes() or 0
    panel = GalleryPanel()
    panel.resize(1000, 860)
    panel.show()
    panel.state.set_images(images)
    for each in answers:
        panel.state.add(each)
    panel.view_bar.size_slider.setValue(scale)
    application.processEvents()
    queries = query_times(panel, application)
    frames = frame_times(panel)
    memory = ((resident_bytes() or 0) - before) / 1e6
    state, matrix, classes = panel.state, panel.matrix, len(images.info.class_names)
    result = {
        "images": len(images),
        "query_ms": statistics.median(queries),
        "worst_query_ms": max(queries),
        "frame_ms": statistics.median(frames),
        "frame_99_ms": float(np.percentile(frames, 99)),
        "memory_mb": memory,
        "cell_ms": worst(matrix.cell_chosen.emit, [(at, (at + 1) % classes) for at in range(9)]),
        "matrix_ms": worst(lambda _: matrix.repaint(), range(9)),
        "image_ms": worst(state.choose, range(100, 109)),
        "epoch_ms": worst(state.look_at, range(1, EPOCHS)),
    }
    panel.close()
    print(
        f"{len(images):8,}{result['query_ms']:12.1f} ms{result['worst_query_ms']:8.1f}"
        f"{result['frame_ms']:12.1f} ms{result['frame_99_ms']:8.1f}{memory:7.0f}"
        f"{result['cell_ms']:9.1f}{result['matrix_ms']:9.1f}{result['image_ms']:9.1f}"
        f"{result['epoch_ms']:9.1f}"
    )
    return {name: round(value, 2) for name, value in result.items()}


def worst(deed: Callable[[Any], object], things: Sequence[Any]) -> float:
    """Do something to several things, the first unmeasured; return the most milliseconds."""
    times = []
    for thing in things:
        began_at = time.perf_counter()
        deed(thing)
        times.append(1_000 * (time.perf_counter() - began_at))
        QApplication.processEvents()
    return max(times[1:])


def made_up(images: ImageSet, epoch: int) -> PredictionSet:
    """Return answers that grow better from epoch to epoch, the same on every machine."""
    generator = np.random.default_rng(epoch)
    shape = len(images), len(images.info.class_names)
    scores = generator.gamma(0.3, size=shape).astype(np.float32)
    scores[np.arange(len(images)), images.labels] += 0.3 * epoch
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    truth = probabilities[np.arange(len(images)), images.labels]
    return PredictionSet(
        epoch, images.labels.copy(), probabilities, -np.log(truth + 1e-9), images.info
    ).worked_out()  # as a thread that judges does


def query_times(panel: GalleryPanel, application: QApplication) -> list[float]:
    """Ask everything in turn; return the milliseconds until each answer was ready to be painted."""
    times = []
    classes: list[tuple[int | None, int | None]] = [(None, None), (6, None), (6, 4)]
    for show, sort, (true, predicted) in itertools.product(Show, Sort, classes):
        query = Query(show=show, sort=sort, true_class=true, predicted_class=predicted)
        began_at = time.perf_counter()
        panel.filters.set_query(query)
        times.append(1_000 * (time.perf_counter() - began_at))
        application.processEvents()
    panel.filters.set_query(Query(digits="7", confidence=(0.25, 0.75)))
    panel.filters.set_query(Query())
    application.processEvents()
    return times


def frame_times(panel: GalleryPanel) -> list[float]:
    """Scroll from end to end; return the milliseconds until each whole frame was painted."""
    bar, viewport, times = panel.view.verticalScrollBar(), panel.view.viewport(), []
    step = max(NOTCH, bar.maximum() // MOST_FRAMES)
    for value in range(0, bar.maximum(), step):
        began_at = time.perf_counter()
        bar.setValue(value)
        viewport.repaint()
        times.append(1_000 * (time.perf_counter() - began_at))
    return times


if __name__ == "__main__":
    main()
