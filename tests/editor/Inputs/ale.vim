" SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
" Drives Vim's ALE as a person would: waits for the finding, has it fixed, waits
" until it is gone, writes the file. What it saw goes to the file vim.log; the
" command for the fix is in g:fix.
function! Say(text)
  call writefile([a:text], 'vim.log', 'a')
endfunction

function! Expect(count, when)
  let end = localtime() + 120
  while len(getloclist(0)) != a:count
    if localtime() > end
      call Say(printf('FAILED %d findings %s, wanted %d', len(getloclist(0)), a:when, a:count))
      cquit
    endif
    sleep 50m
  endwhile
endfunction

call Expect(1, 'after opening')
let finding = getloclist(0)[0]
call Say(printf('line %d: %s', finding.lnum, finding.text))
call cursor(finding.lnum, finding.col)
let before = getline(finding.lnum)
execute g:fix
" The fix comes when it is ready; what was written is checked again.
let end = localtime() + 120
while getline(finding.lnum) ==# before && localtime() <= end
  sleep 50m
endwhile
call Say(getline(finding.lnum))
write
call Expect(0, 'after the fix')
qall!
