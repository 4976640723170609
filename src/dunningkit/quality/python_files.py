"""A plugin's Python files as the rules read them: what is imported, and what is called under which name."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PythonFile:
    """One file: its path below the folder, its text, its tree (``None``: no Python), and what its names stand for."""

    path: Path
    text: str
    tree: ast.Module | None
    names: Mapping[str, str]

    @property
    def nodes(self) -> Iterator[ast.AST]:
        """Everything in it."""
        return ast.walk(self.tree) if self.tree else iter(())

    def called(self, node: ast.AST) -> str:
        """The whole dotted name of what is called, whatever it was imported as."""
        return self._dotted(node.func) if isinstance(node, ast.Call) else ""

    def _dotted(self, node: ast.AST) -> str:
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute) and (before := self._dotted(node.value)):
            return f"{before}.{node.attr}"
        return ""

    def decorated_with(self, name: str) -> bool:
        """Whether a test function is decorated with a call of ``name``."""
        return any(
            self.called(one) == name
            for node in self.nodes
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
            for one in node.decorator_list
        )


def python_files(folder: Path) -> Iterator[PythonFile]:
    """Every Python file below a folder, in the order of their paths."""
    for path in sorted(folder.rglob("*.py")):
        below = path.relative_to(folder)
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            yield PythonFile(below, "", None, {})
            continue
        nodes = list(ast.walk(tree))
        yield PythonFile(below, text, tree, {name: whole for node in nodes for name, whole in _bound(node)})


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what each stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
