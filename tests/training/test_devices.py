"""Hardware: found, proved usable, chosen, and passed over with a reason."""

import warnings

import pytest
import torch
from torch import Tensor

from lenet_desktop.networks.threads import threads
from lenet_desktop.text.language import SOURCE, set_language
from lenet_desktop.training import devices
from lenet_desktop.training.devices import Device, DeviceError, choose_device, find_devices, prove

# PyTorch lists it on every machine, and no number ever comes back from it.
BROKEN = Device("meta:0", "Broken card")
# Another name of the CPU, which passes for an accelerator that works.
WORKING = Device("cpu:0", "Working card")


def list_accelerators(monkeypatch: pytest.MonkeyPatch, *listed: Device) -> None:
    monkeypatch.setattr(devices, "_accelerators", lambda: list(listed))


def test_the_cpu_comes_last_and_is_usable() -> None:
    found = find_devices()

    assert found[-1].id == "cpu"
    assert found[-1].problem is None
    assert [device.id for device in found].count("cpu") == 1
    assert choose_device("cpu", found) is found[-1]


def test_a_machine_without_accelerators_has_its_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    list_accelerators(monkeypatch)

    assert [device.id for device in find_devices()] == ["cpu"]


def test_the_cpu_says_how_many_threads_it_computes_with(monkeypatch: pytest.MonkeyPatch) -> None:
    list_accelerators(monkeypatch)
    monkeypatch.setattr(threads, "count", 1)
    assert find_devices()[-1].label.endswith(", 1 thread (cpu)")

    monkeypatch.setattr(threads, "count", 6)
    assert find_devices()[-1].label.endswith(", 6 threads (cpu)")


def test_the_cpu_is_proved_by_a_computation() -> None:
    prove("cpu")


def test_another_device_is_proved_against_the_cpu() -> None:
    prove(WORKING.id)


def test_a_device_without_results_is_not_proved() -> None:
    with pytest.raises(RuntimeError):
        prove("meta")


def test_a_device_that_is_not_there_is_not_proved() -> None:
    with pytest.raises((RuntimeError, AssertionError)):
        prove("cuda:77")


def test_a_device_that_computes_something_else_is_not_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    convolve, calls = torch.nn.functional.conv2d, []

    def right_only_at_first(images: Tensor, kernel: Tensor, padding: int) -> Tensor:
        calls.append(kernel)
        return convolve(images, kernel, padding=padding) * len(calls)

    monkeypatch.setattr(torch.nn.functional, "conv2d", right_only_at_first)

    with pytest.raises(RuntimeError, match="wrong results"):
        prove("cpu")


def test_an_accelerator_that_fails_is_passed_over_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    list_accelerators(monkeypatch, BROKEN, WORKING)

    broken, working, cpu = find_devices()

    assert (broken.id, broken.name) == (BROKEN.id, BROKEN.name)
    assert broken.problem is not None
    assert broken.problem.startswith("The Broken card was passed over, it can't be used: ")
    assert broken.problem.endswith(".")
    assert "\n" not in broken.problem
    assert working == WORKING
    assert choose_device("auto", [broken, working, cpu]) is working


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("CUDA error: no kernel\nCompile with DSA."), "CUDA error: no kernel"),
        (AssertionError("Not compiled with CUDA enabled"), "Not compiled with CUDA enabled"),
        (NotImplementedError("Not for this device."), "Not for this device"),
        (RuntimeError("\n  out of luck"), "out of luck"),
        (AssertionError(), "AssertionError"),
        (RuntimeError(" \n"), "RuntimeError"),
    ],
)  # fmt: skip
def test_the_reason_is_the_first_line_of_the_error(
    error: Exception, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    list_accelerators(monkeypatch, WORKING)
    monkeypatch.setattr(torch.nn.functional, "conv2d", fail)

    assert (
        find_devices()[0].problem
        == f"The Working card was passed over, it can't be used: {reason}."
    )


def test_every_accelerator_that_pytorch_lists_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("meta"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)

    found = find_devices()

    assert [device.id for device in found] == ["meta:0", "meta:1", "cpu"]
    assert [device.name for device in found[:2]] == ["META", "META"]
    assert [device.problem is None for device in found] == [False, False, True]
    assert choose_device("auto", found).id == "cpu"


@pytest.mark.parametrize("count", [0, 1])
def test_without_a_current_accelerator_there_is_only_the_cpu(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: None)

    assert [device.id for device in find_devices()] == ["cpu"]


def test_a_drivers_complaint_becomes_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def complain() -> bool:
        warnings.warn("CUDA initialization: The NVIDIA driver is too old.\nUpdate.", stacklevel=2)
        return False

    monkeypatch.setattr(torch.accelerator, "is_available", complain)

    gpu, cpu = find_devices()

    assert gpu.problem == (
        "The GPU was passed over, it can't be used: "
        "CUDA initialization: The NVIDIA driver is too old."
    )
    assert cpu.problem is None
    assert choose_device("auto", [gpu, cpu]) is cpu


def test_the_device_asked_for_is_chosen_although_a_better_one_is_there() -> None:
    found = [WORKING, Device("cpu", "CPU")]

    assert choose_device("cpu", found) is found[1]
    assert choose_device("cpu:0", found) is found[0]


def test_auto_takes_the_first_that_works() -> None:
    found = [Device("a", "A", "A is broken."), Device("b", "B"), Device("cpu", "CPU")]

    assert choose_device("auto", found) is found[1]


def test_an_unknown_device_is_refused_by_its_name() -> None:
    with pytest.raises(DeviceError, match=r"no device 'cuda:9'\. Choose another device\.$"):
        choose_device("cuda:9", [Device("cpu", "CPU")])


def test_an_unusable_device_is_refused_with_its_problem() -> None:
    found = [Device("cuda:0", "Card", "The Card was passed over."), Device("cpu", "CPU")]

    with pytest.raises(DeviceError, match=r"^The Card was passed over\. Choose another device\.$"):
        choose_device("cuda:0", found)


def test_the_label_shows_name_and_id() -> None:
    assert Device("cuda:0", "NVIDIA H200").label == "NVIDIA H200 (cuda:0)"


def test_a_warning_that_is_not_about_hardware_is_no_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def chatty() -> list[Device]:
        warnings.warn("something.old is deprecated", DeprecationWarning, stacklevel=1)
        warnings.warn("The colour is unusual", UserWarning, stacklevel=1)
        return []

    monkeypatch.setattr(devices, "_accelerators", chatty)

    assert [device.id for device in find_devices()] == ["cpu"]


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("CPU, x86_64, 1 thread", "CPU, x86_64, 1 thread"),
        ("CPU, x86_64, 1,024 threads", "CPU, x86_64, 1,024 threads"),
        ("Linux x86_64, 2 cores", "Linux x86_64, 2 cores"),
        ("NVIDIA H200", "NVIDIA H200"),
        ("", ""),
    ],
)
def test_what_files_call_a_processor_is_told_in_the_language_that_is_spoken(
    kept: str, told: str
) -> None:
    assert devices.in_words(kept) == told
    set_language("zh")
    try:
        chinese = devices.in_words(kept)
    finally:
        set_language(SOURCE)
    assert ("thread" in chinese or "core" in chinese) is False
    assert chinese.startswith(kept.split(", ", maxsplit=1)[0])
