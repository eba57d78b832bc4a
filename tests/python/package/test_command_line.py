"""The program in the package, beside the program itself; the stubs, beside the module."""

import ast
import importlib.metadata
import pathlib
import subprocess
import sys

import pytest
from qpv_under_test import binary

import qpv


def run(command, *arguments):
    ran = subprocess.run([*command, *arguments], capture_output=True, text=True)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["batch", "--help"],
        ["nothing"],
        ["locate", "--json", "--", "-3.596", "46.2032"],
        ["locate", "--", "0", "0"],
        ["check", "--quiet", "rue des Cordiers Port-Fictif"],
    ],
)
def test_it_says_what_the_program_says(folder, arguments):
    data = [] if arguments[0] in ("--version", "nothing") else [f"--data={folder}"]
    arguments = [arguments[0], *data, *arguments[1:]]
    script = pathlib.Path(sys.executable).with_name("qpv")
    expected = run([binary()], *arguments)
    assert run([sys.executable, "-m", "qpv"], *arguments) == expected
    assert run([script], *arguments) == expected


def test_the_version_is_that_of_the_program():
    assert qpv.__version__ == importlib.metadata.version("qpv")
    assert run([binary()], "--version")[1].split() == ["qpv", qpv.__version__]


def test_the_stubs_name_what_there_is():
    package = pathlib.Path(qpv.__file__).parent
    assert (package / "py.typed").exists()
    stubs = ast.parse((package / "_qpv.pyi").read_text(encoding="utf-8"))
    helpers = {"ArrowStream", "ArrowArray", "ArrayLike"}
    classes = {node.name: node for node in stubs.body if isinstance(node, ast.ClassDef) and node.name not in helpers}
    functions = {node.name for node in stubs.body if isinstance(node, ast.FunctionDef)}
    module = {name for name in dir(qpv._qpv) if not name.startswith("_")}
    assert module == set(classes) | functions
    for name, stub in classes.items():
        described = {node.name for node in stub.body if isinstance(node, ast.FunctionDef)}
        there = {member for member in vars(getattr(qpv._qpv, name)) if not member.startswith("_")}
        assert there == {member for member in described if not member.startswith("_")}, name
