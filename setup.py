"""The compiled loop of kit.stats.counting; everything else stands in setup.cfg.

It is optional: where it cannot be compiled, the kit is installed without it and counts in NumPy.
"""

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


class Optimized(build_ext):
    """Compiles for speed: what makes vectors of loops is off by default in gcc."""

    def build_extensions(self):
        """Tell the compiler before it begins."""
        if self.compiler.compiler_type == "unix":
            for extension in self.extensions:
                extension.extra_compile_args += ["-O3"]
        super().build_extensions()


setup(
    cmdclass={"build_ext": Optimized},
    ext_modules=[
        Extension(
            "kit.stats._counting",
            ["kit/stats/_counting.c"],
            depends=["kit/stats/_counting_tile.h"],
            optional=True,
        )
    ],
)
