# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Finds the installed program."""

def _tool_impl(repository_ctx):
    path = repository_ctx.attr.path or repository_ctx.os.environ.get("CANCEL_TIDY")
    path = path or repository_ctx.which("cancel-tidy")
    if not path:
        fail("no cancel-tidy on PATH; install it, or name it by CANCEL_TIDY or 'path'")
    repository_ctx.symlink(path, "cancel-tidy")
    repository_ctx.file("BUILD", """\
package(default_visibility = ["//visibility:public"])

exports_files(["cancel-tidy"])
""")

cancel_tidy_tool = repository_rule(
    implementation = _tool_impl,
    doc = "Makes @cancel_tidy_tool of the program of this machine: `path`, or " +
          "the variable CANCEL_TIDY, or what PATH finds.",
    attrs = {"path": attr.string()},
    environ = ["CANCEL_TIDY", "PATH"],
    local = True,
)
