// What the last change touches, as git tells it. Used by prove-scenarios.ts.
import { runCommand } from '../../system/command.ts'

/**
 * Paths that differ from where this branch left main, or on main from the commit before; what is not committed counts too. Undefined where git
 * cannot tell: no repository, or a clone without history.
 */
export async function touchedPaths(root: string): Promise<string[] | undefined> {
  const git = async (...args: string[]) => (await runCommand(['git', ...args], { cwd: root, timeoutMs: 10_000 })).stdout.trim()
  const orUndefined = (words: Promise<string>) => words.catch(() => undefined)
  const head = await orUndefined(git('rev-parse', 'HEAD'))
  if (!head) return undefined
  const left = (await orUndefined(git('merge-base', 'HEAD', 'main'))) ?? (await orUndefined(git('merge-base', 'HEAD', 'origin/main')))
  const base = left && left !== head ? left : await orUndefined(git('rev-parse', 'HEAD~1'))
  if (!base) return undefined
  const lists = await Promise.all([git('diff', '--name-only', base), git('ls-files', '--others', '--exclude-standard')])
  return lists.flatMap((list) => list.split('\n').filter(Boolean))
}
