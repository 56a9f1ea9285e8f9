-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
-- Drives Neovim as a person would: waits for the finding, takes the quick fix,
-- waits until the finding is gone, writes the file. Prints what it saw.
local limit = 120000 -- milliseconds, for a loaded machine

local function fail(what)
  io.stdout:write('FAILED ' .. what .. '\n')
  vim.cmd('cquit')
end

local function ours()
  return vim.tbl_filter(function(d)
    return tostring(d.code or d.user_data.lsp.code):find('^cancel%-') ~= nil
  end, vim.diagnostic.get(0))
end

local function expect(count, when)
  if not vim.wait(limit, function() return #ours() == count end, 50) then
    fail(('%d findings %s, wanted %d'):format(#ours(), when, count))
  end
end

expect(1, 'after opening')
local finding = ours()[1]
io.stdout:write(('line %d: %s\n'):format(finding.lnum + 1, finding.message))

-- The menu of code actions.
vim.ui.select = function(items, options, choose)
  for _, item in ipairs(items) do
    io.stdout:write('offered: ' .. options.format_item(item) .. '\n')
  end
  choose(items[1], 1)
end
vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
vim.lsp.buf.code_action()
expect(0, 'after the fix')
vim.cmd('write')
vim.cmd('qall!')
