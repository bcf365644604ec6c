"""What hardware there is, proved usable, and why one was passed over.

torch is imported only where hardware is looked at, because a window shows devices by name before
torch is loaded.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lenet_desktop.networks.threads import threads
from lenet_desktop.settings.config import AUTO_DEVICE
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, counted, first_line, joined, sentences

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

CPU = "cpu"
_ABOUT_DRIVERS = re.compile(r"CUDA|NVIDIA|driver|HIP|ROCm|XPU|MPS", re.IGNORECASE)
_COUNTED = re.compile(r"(?P<what>.+), (?P<count>[\d,]+) (?P<unit>thread|core)s?")
_VENDOR_NAMES = {"mps": "Apple GPU", "xpu": "Intel GPU"}


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute.

    Attributes:
        id: PyTorch's name for it, for example `cuda:0`.
        name: what a person calls it, for example `NVIDIA H200`.
        problem: a sentence that says why it can't be used, or None when it works.
    """

    id: str
    name: str
    problem: str | None = None

    @property
    def label(self) -> str:
        """The name with PyTorch's id, as the window shows it."""
        return f"{in_words(self.name)} ({self.id})"


def in_words(name: str) -> str:
    """Return what the files of runs call a processor or a machine, as it is told to a person."""
    known = _COUNTED.fullmatch(name)
    if known is None:
        return name
    count = int(known["count"].replace(",", ""))
    if known["unit"] == "core":
        number = counted(count, "{count} core", "{count} cores")
    else:
        number = counted(count, "{count} thread", "{count} threads")
    return joined([*known["what"].split(", "), number])


def find_devices() -> list[Device]:
    """Return every device that PyTorch lists, accelerators first and the CPU last.

    Each accelerator has been tried with a small convolution, forward and backward; one that
    fails carries the reason as its `problem`, and so does one whose driver PyTorch complains of.
    """
    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        try:
            accelerators = [_tried(device) for device in _accelerators()]
        except RuntimeError as error:  # the driver itself cannot be asked
            accelerators = [_unusable("gpu", "GPU", error)]
    if not accelerators:
        about_drivers = [
            complaint.message
            for complaint in complaints
            if isinstance(complaint.message, UserWarning)
            and _ABOUT_DRIVERS.search(str(complaint.message))
        ]
        accelerators = [_unusable("gpu", "GPU", message) for message in about_drivers[:1]]
    return [*accelerators, Device(CPU, _cpu_name())]


def rename_cpu(devices: Sequence[Device]) -> list[Device]:
    """Return devices of which the CPU says how many threads compute on it by now."""
    return [replace(each, name=_cpu_name()) if each.id == CPU else each for each in devices]


def choose_device(requested: str, devices: list[Device]) -> Device:
    """Return the device to train on: the best usable one for `auto`, else the one asked for.

    Raises:
        DeviceError: the one asked for is not there or can't be used.
    """
    if requested == AUTO_DEVICE:
        return next(device for device in devices if device.problem is None)
    for device in devices:
        if device.id == requested:
            if device.problem is not None:
                raise DeviceError(sentences([device.problem, _("Choose another device.")]))
            return device
    text = _("This machine has no device {device}. Choose another device.")
    raise DeviceError(text.format(device=repr(requested)))


class DeviceError(ToldError, RuntimeError):
    """The device asked for can't be used; the message is a sentence for the person."""


def prove(device_id: str) -> None:
    """Run a small convolution forward and backward on a device and compare it with the CPU.

    Raises:
        RuntimeError: the device fails or computes something else.
    """
    import torch

    generator = torch.Generator().manual_seed(0)
    images = torch.rand(4, 1, 16, 16, generator=generator)
    weights = torch.rand(6, 1, 5, 5, generator=generator)
    expected, actual = (_convolve(images, weights, place) for place in (CPU, device_id))
    if not torch.allclose(actual, expected, rtol=1e-2, atol=1e-2):
        raise RuntimeError(_("it computes wrong results"))


def _convolve(images: Tensor, weights: Tensor, device_id: str) -> Tensor:
    """Return the gradient (6, 1, 5, 5) of a convolution's mean square, on the CPU."""
    from torch.nn import functional

    # A copy also on the CPU: the caller's weights must stay free of gradients.
    kernel = weights.to(device_id, copy=True).requires_grad_()
    functional.conv2d(images.to(device_id), kernel, padding=2).square().mean().backward()  # type: ignore[no-untyped-call]
    if kernel.grad is None:
        raise RuntimeError(_("it returned no gradient"))
    return kernel.grad.cpu()


def _tried(device: Device) -> Device:
    try:
        prove(device.id)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        log.info("%s was passed over", device.id, exc_info=True)
        return _unusable(device.id, device.name, error)
    return device


def _unusable(device_id: str, name: str, error: BaseException) -> Device:
    text = _("The {name} was passed over, it can't be used: {reason}.")
    return Device(device_id, name, text.format(name=name, reason=first_line(error)))


def _accelerators() -> list[Device]:
    import torch

    if not torch.accelerator.is_available():
        return []
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None:
        return []
    kind = accelerator.type
    count = torch.accelerator.device_count()
    return [Device(f"{kind}:{index}", _accelerator_name(kind, index)) for index in range(count)]


def _accelerator_name(kind: str, index: int) -> str:
    import torch

    try:
        return str(torch.get_device_module(kind).get_device_name(index))
    except (AttributeError, RuntimeError, AssertionError):
        return _VENDOR_NAMES.get(kind, kind.upper())


def _cpu_name() -> str:
    architecture = platform.machine() or os.name
    # A name, in English: it stands in the files of runs; `in_words` is for people.
    return f"CPU, {architecture}, {threads.count:,} thread{'s' * (threads.count != 1)}"
