// The shell of a terminal on kind. Hosts have the lab's own root folder, and so its start-up files; nodes and Pods have their image's, and get
// ours handed over as they start. Used by cluster.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../../spec/target.ts'

const handedOver = 'PODWIRE_SHELL_START'
/** bash where the image has it, with our start-up file as an open file; else its sh, without marks and history. */
const script = `command -v bash >/dev/null 2>&1 && exec bash -c 'exec bash --rcfile <(printf %s "$${handedOver}") -i'; unset ${handedOver}; exec sh -i`

let startFile: string | undefined

export function shellCommand(target: Target, assets: string): { argv: string[]; env: Record<string, string> } {
  if (target.kind === 'laptop' || target.kind === 'host') return { argv: ['/bin/bash', '--login', '-i'], env: {} }
  startFile ??= readFileSync(join(assets, 'skel/etc/bash.bashrc'), 'utf8')
  return {
    argv: ['/bin/sh', '-c', script],
    env: {
      [handedOver]: `unset ${handedOver}\n${startFile}`,
      TERMINFO_DIRS: '/etc/terminfo:/lib/terminfo:/usr/share/terminfo:/opt/podwire/terminfo',
    },
  }
}
