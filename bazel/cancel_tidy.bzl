# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cancel-tidy in Bazel: an action a source, and a link.

cancel_tidy_aspect makes a facts file of each source of a cc_library, cc_binary
or cc_test. It reads nothing but what it declares, and its output names nothing
outside the workspace by place, so that it can be cached and run on other
machines. cancel_tidy_report and cancel_tidy_test link the facts of targets and
all that they depend on.
"""

CancelTidyInfo = provider(
    doc = "What a target and its dependencies say of themselves.",
    fields = {
        "facts": "depset of facts files, one a source",
        "sources": "depset of sources and headers, for reports to quote",
        "folders": "depset of struct(virtual, real): see _real_folder()",
        "headers": "depset of the headers in those real folders",
    },
)

_KINDS = ["cc_library", "cc_binary", "cc_test"]
_DEPS = ["deps", "implementation_deps"]
_C = ["c"]
_CXX = ["cc", "cpp", "cxx", "c++", "C", "cp", "CPP"]

def _files(attribute):
    return [f for t in attribute or [] for f in t.files.to_list()]

def _deps(ctx, provider):
    return [
        dep[provider]
        for name in _DEPS
        for dep in getattr(ctx.rule.attr, name, None) or []
        if provider in dep
    ]

def _is_external(path):
    return path.startswith("external/") or "/external/" in path

def _real_folder(target, ctx):
    """Where the headers lie that Bazel shows in a folder of its own.

    For strip_include_prefix and include_prefix it fills bazel-out/.../
    _virtual_includes with links. What lies there is not judged, so Clang looks
    in the folder of the workspace first, where one gives the same names.
    """
    strip = getattr(ctx.rule.attr, "strip_include_prefix", "")
    prefix = getattr(ctx.rule.attr, "include_prefix", "").strip("/")
    if not strip and not prefix:
        return None
    package = target.label.package
    real = strip if strip.startswith("/") else package + "/" + strip
    real = "/" + real.strip("/")
    if prefix:
        if not real.endswith("/" + prefix):
            return None
        real = real[:-len(prefix)]
    return struct(
        virtual = "%s/%s/_virtual_includes/%s" % (ctx.bin_dir.path, package, target.label.name),
        real = real.strip("/") or ".",
    )

def _with_real(folders, real):
    return [f for folder in folders for f in ([real[folder]] if folder in real else []) + [folder]]

def _expanded(ctx, options):
    """Options as the C++ rules take them: words, with $(VARIABLES) replaced."""
    words = []
    for option in options:
        if "$(location" in option or "$(execpath" in option:
            option = ctx.expand_location(option, [
                target
                for name in ["data", "srcs", "hdrs", "textual_hdrs", "additional_compiler_inputs", "deps"]
                for target in getattr(ctx.rule.attr, name, None) or []
            ])
        for name, value in ctx.var.items():
            option = option.replace("$(%s)" % name, value)
        option = option.replace("$$", "$")
        words.extend(ctx.tokenize(option) if hasattr(ctx, "tokenize") else [option])
    return words

def _own_context(target, ctx, folders):
    """The compilation context of the target with what only itself compiles by."""
    infos = _deps(ctx, CcInfo)
    defines = []
    includes = []
    if CcInfo in target:
        infos = [target[CcInfo]] + infos
        defines.append(target[CcInfo].compilation_context.local_defines)
    else:  # a binary
        rule = ctx.rule.attr
        defines.append(depset(_expanded(ctx, rule.defines + rule.local_defines)))
        package = target.label.package
        for folder in rule.includes:
            path = "/".join([p for p in [package, folder] if p and p != "."]) or "."
            includes += [path, ctx.bin_dir.path + "/" + path]
    context = cc_common.merge_cc_infos(cc_infos = infos).compilation_context
    real = {f.virtual: f.real for f in folders.to_list()}
    system = context.system_includes.to_list()
    if hasattr(context, "external_includes"):
        system += context.external_includes.to_list()

    # `includes` of a target reach Clang as system folders, and what lies in one
    # is not judged: that is right for other repositories only.
    return struct(
        headers = context.headers,
        defines = depset(transitive = [context.defines] + defines),
        quote = depset([".", ctx.bin_dir.path], transitive = [context.quote_includes]),
        include = depset(_with_real(
            includes + context.includes.to_list() + [s for s in system if not _is_external(s)],
            real,
        )),
        system = depset([s for s in system if _is_external(s)]),
    )

def _command(ctx, toolchain, context, action, options):
    """The compiler's command, without source and output."""
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = options,
        include_directories = context.include,
        quote_include_directories = context.quote,
        system_include_directories = context.system,
        preprocessor_defines = context.defines,
    )
    return [cc_common.get_tool_for_action(
        feature_configuration = features,
        action_name = action,
    )] + cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = action,
        variables = variables,
    )

def _covers(config, name, source):
    """Whether a declared file called name lies in a folder above source."""
    for file in config:
        folder = file.short_path[:-len(file.basename)]
        if file.basename == name and source.short_path.startswith(folder):
            return True
    return False

def _emit_facts(ctx, label, source, command, inputs, config):
    facts = ctx.actions.declare_file("_cancel_tidy/%s/%s.facts" % (
        label.name,
        source.short_path.replace("../", "external/"),
    ))
    args = ctx.actions.args()
    args.add("--emit-facts", facts)
    args.add_all(["--root=.", "--exclude=bazel-out", "--exclude=external"])
    args.add_all(["--quiet", "--no-cache", "-j1"])

    # A source that Clang cannot parse is for the link to report.
    args.add("--allow-incomplete")
    if not _covers(config, ".clang-tidy", source):
        args.add("--config={}")
    if not _covers(config, ".cancel-tidy", source):
        args.add("--cancel-config", ctx.file._no_config)
    args.add(source)
    args.add("--")
    args.add_all(command)
    args.set_param_file_format("shell")
    args.use_param_file("@%s")
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = inputs,
        outputs = [facts],
        mnemonic = "CancelTidyFacts",
        progress_message = "Facts of " + source.short_path,
    )
    return facts

def _aspect_impl(target, ctx):
    below = _deps(ctx, CancelTidyInfo)
    facts = []
    own = []
    folders = depset(transitive = [b.folders for b in below])
    headers = depset(transitive = [b.headers for b in below])
    if ctx.rule.kind in _KINDS and not target.label.workspace_name:
        rule = ctx.rule.attr
        sources = _files(rule.srcs)
        public = [
            f
            for name in ["hdrs", "textual_hdrs"]
            for f in _files(getattr(rule, name, None))
        ]
        own = sources + public
        real = _real_folder(target, ctx)
        if real:
            folders = depset([real], transitive = [folders])
            headers = depset(public, transitive = [headers])
        toolchain = ctx.attr._cc_toolchain[cc_common.CcToolchainInfo]
        context = _own_context(target, ctx, folders)
        options = _expanded(ctx, rule.copts)
        cpp = ctx.fragments.cpp
        config = ctx.files._config
        inputs = depset(
            own + config + [ctx.file._no_config] +
            _files(getattr(rule, "additional_compiler_inputs", None)),
            transitive = [context.headers, headers, toolchain.all_files],
        )
        c = None
        cxx = None
        for source in sources:
            if source.extension in _CXX:
                cxx = cxx or _command(ctx, toolchain, context, "c++-compile", cpp.copts + cpp.cxxopts + options)
                command = cxx
            elif source.extension in _C:
                c = c or _command(ctx, toolchain, context, "c-compile", cpp.copts + cpp.conlyopts + options)
                command = c
            else:
                continue
            facts.append(_emit_facts(ctx, target.label, source, command, inputs, config))
    info = CancelTidyInfo(
        facts = depset(facts, transitive = [b.facts for b in below]),
        sources = depset(own, transitive = [b.sources for b in below]),
        folders = folders,
        headers = headers,
    )
    return [info, OutputGroupInfo(cancel_tidy_facts = info.facts)]

cancel_tidy_aspect = aspect(
    implementation = _aspect_impl,
    doc = "Makes a facts file of each source; output group cancel_tidy_facts.",
    attr_aspects = _DEPS,
    attrs = {
        "_tool": attr.label(
            default = Label("//:tool"),
            executable = True,
            allow_files = True,
            cfg = "exec",
        ),
        "_config": attr.label(
            default = Label("//:config"),
            allow_files = True,
        ),
        "_no_config": attr.label(
            default = Label("//:no_config.yaml"),
            allow_single_file = True,
        ),
        "_cc_toolchain": attr.label(
            default = Label("@bazel_tools//tools/cpp:current_cc_toolchain"),
        ),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _link(ctx, fails):
    """Links; returns the text, the SARIF report and the exit code as files."""
    infos = [t[CancelTidyInfo] for t in ctx.attr.targets]
    facts = depset(transitive = [i.facts for i in infos])
    text = ctx.actions.declare_file(ctx.label.name + ".txt")
    sarif = ctx.actions.declare_file(ctx.label.name + ".sarif")
    code = ctx.actions.declare_file(ctx.label.name + ".code")
    args = ctx.actions.args()
    args.add("link")
    args.add(sarif, format = "--report=sarif:%s")
    if fails:
        args.add("--fail-on=finding")
    if ctx.attr.allow_incomplete:
        args.add("--allow-incomplete")
    args.add_all(facts)
    args.set_param_file_format("shell")
    args.use_param_file("@%s")
    head = ctx.actions.args()
    head.add_all([ctx.executable._tool, text, code])
    ctx.actions.run_shell(
        tools = [ctx.executable._tool],
        inputs = depset(transitive = [facts] + [i.sources for i in infos]),
        outputs = [text, sarif, code],
        arguments = [head, args],
        # Findings are a result, not an error; what is no report at all is one.
        command = """
tool=$1 text=$2 code=$3; shift 3
"$tool" "$@" >"$text" 2>&1
got=$?
echo $got >"$code"
case $got in 0 | 1 | 3) ;; *) cat "$text"; exit $got ;; esac
""",
        mnemonic = "CancelTidyLink",
        progress_message = "Linking the facts of %s" % ctx.label,
    )
    return text, sarif, code

_ATTRS = {
    "targets": attr.label_list(
        doc = "Linked are their facts and those of all that they depend on.",
        aspects = [cancel_tidy_aspect],
        mandatory = True,
    ),
    "allow_incomplete": attr.bool(
        doc = "Judge as if the program ended where a source does not parse.",
    ),
    "_tool": attr.label(
        default = Label("//:tool"),
        executable = True,
        allow_files = True,
        cfg = "exec",
    ),
}

def _report_impl(ctx):
    text, sarif, _ = _link(ctx, fails = False)
    return [DefaultInfo(files = depset([text, sarif]))]

cancel_tidy_report = rule(
    implementation = _report_impl,
    doc = "Writes NAME.txt and NAME.sarif; findings do not fail the build.",
    attrs = _ATTRS,
)

def _test_impl(ctx):
    text, sarif, code = _link(ctx, fails = ctx.attr.fail_on_finding)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\ncat '%s'\nexit \"$(cat '%s')\"\n" % (text.short_path, code.short_path),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = script,
        files = depset([script, text, sarif]),
        runfiles = ctx.runfiles(files = [text, code]),
    )]

cancel_tidy_test = rule(
    implementation = _test_impl,
    doc = "Fails with findings, and where a source does not parse.",
    attrs = dict(
        _ATTRS,
        fail_on_finding = attr.bool(
            doc = "Without it, only what WarningsAsErrors names fails.",
            default = True,
        ),
    ),
    test = True,
)
