// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CANCEL_TIDY_CHECKS_CORE_PLAINDATA_H
#define CANCEL_TIDY_CHECKS_CORE_PLAINDATA_H

#include "clang/AST/Type.h"

namespace cancel_tidy {

/// Whether T is a container of the standard library that holds values alone:
/// numbers, strings, structures of these. Whatever made it, it asks nobody.
bool isPlainContainer(clang::QualType T);

} // namespace cancel_tidy

#endif
