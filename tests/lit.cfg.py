# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# lit -sv tests                          the release build (or the dev build)
# lit -sv tests/checks -Dbuild=build/dev    another build
# lit -sv tests/checks -Dmode=plugin     the same fixtures through clang-tidy
# ruff: noqa: F821  (lit hands in config and lit_config)
import glob
import importlib.util
import os
import shutil
import sys

import lit.formats

tests = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(tests)


def build_folder():
    given = lit_config.params.get("build")
    if given:
        return os.path.join(os.getcwd(), given)
    for name in ("release", "dev"):
        if os.path.exists(os.path.join(root, "build", name, "bin", "cancel-tidy")):
            return os.path.join(root, "build", name)
    lit_config.fatal("no build found; run ./dev build or pass -Dbuild=FOLDER")


build = build_folder()
llvm = lit_config.params.get("llvm", "22")
llvm_bin = f"/usr/lib/llvm-{llvm}/bin"
if not os.path.isdir(llvm_bin):
    llvm_bin = os.path.dirname(os.path.realpath(shutil.which(f"clang-{llvm}") or ""))

config.name = "cancel-tidy"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".cpp", ".test"]
config.excludes = ["Inputs", "unit", "token", "package"]
config.test_source_root = tests
config.test_exec_root = os.path.join(build, "lit")

# Helpers of LLVM's own test suites come with whichever version has them.
helpers = [llvm_bin, "/usr/lib/llvm-22/bin", "/usr/lib/llvm-19/bin"]
config.environment["PATH"] = os.pathsep.join(helpers + [os.environ["PATH"]])
# Every run of lit begins with an empty cache.
cache = os.path.join(build, "lit", "cache")
shutil.rmtree(cache, ignore_errors=True)
config.environment["XDG_CACHE_HOME"] = cache
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "CANCEL_TIDY_KEEP"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

tool = os.path.join(build, "bin", "cancel-tidy")
plugin = os.path.join(build, "lib", "cancel-tidy-plugin.so")
clang_tidy = os.path.join(llvm_bin, "clang-tidy")
clangxx = os.path.join(llvm_bin, "clang++")
run_check = f"{sys.executable} {os.path.join(tests, 'run_check.py')}"
check = (
    f"{run_check} --tool {tool} --plugin-lib {plugin} "
    f"--clang-tidy {clang_tidy} --clangxx {clangxx}"
)
if lit_config.params.get("mode") == "plugin":
    check += " --plugin"
    config.name += " (plugin)"

# lit replaces in this order, so longer names stand first.
config.substitutions += [
    ("%run_check", run_check),
    ("%check", check),
    ("%cancel-tidy", tool),
    ("%clang_tidy", clang_tidy),
    ("%clangxx", clangxx),
    ("%plugin", plugin),
    ("%python", sys.executable),
    ("%root", root),
    ("%build", build),
    # For programs that look for ours in it.
    ("%path", os.path.join(build, "bin") + os.pathsep + config.environment["PATH"]),
]
config.available_features.add(f"llvm-{llvm}")
if os.path.exists(plugin):
    config.available_features.add("plugin")
if os.path.exists(os.path.join(build, "bin", "cancel-tidyd")):
    config.available_features.add("cancel-tidyd")
for program in ("chromium", "fish", "man", "mandoc", "mkdocs", "nvim", "pre-commit", "zsh"):
    if shutil.which(program):
        config.available_features.add(program)
if all(map(importlib.util.find_spec, ("jsonschema", "yaml"))):
    config.available_features.add("jsonschema")
elpa = "/usr/share/emacs/site-lisp/elpa"
if shutil.which("emacs") and all(glob.glob(f"{elpa}/{p}-*") for p in ("eglot", "flycheck")):
    config.available_features.add("emacs")
if shutil.which("emacs") and glob.glob(f"{elpa}/lsp-mode-*"):
    config.available_features.add("lsp-mode")
if all(map(shutil.which, ("kate", "Xvfb", "xdotool", "dbus-run-session"))):
    config.available_features.add("kate")
if shutil.which("vim") and os.path.isdir("/usr/share/vim-ale"):
    config.available_features.add("ale")
# CPack asks these two what a program links.
if (shutil.which("dpkg-shlibdeps") and shutil.which("file")
        and (os.geteuid() == 0 or shutil.which("fakeroot"))):
    config.available_features.add("dpkg")
# The recipe of bazel.test is for Debian's Bazel and its packages.
if shutil.which("bazel") and os.path.isdir("/usr/share/bazel/tools/platforms"):
    config.available_features.add("bazel")
