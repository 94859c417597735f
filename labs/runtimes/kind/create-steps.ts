// Reads kind's progress: which of its steps is under way. Pure; create.ts feeds it the lines that `kind create cluster` prints.

/** kind's own steps, in its order, with the beginning of what it prints for each. */
const kindSteps = [
  ['node-image', 'Ensuring node image'],
  ['nodes', 'Preparing nodes'],
  ['configuration', 'Writing configuration'],
  ['control-plane', 'Starting control-plane'],
  ['cni', 'Installing CNI'],
  ['storage', 'Installing StorageClass'],
  ['join', 'Joining worker nodes'],
  ['ready', 'Waiting'],
] as const

export const kindStepIds: readonly string[] = kindSteps.map(([id]) => id)

/** The step that a line of kind's output tells of; undefined for its other words. */
export function readKindStep(line: string): { id: string; state: 'running' | 'done' | 'failed' } | undefined {
  const match = /^\s*([•✓✗])\s+(.*)$/u.exec(line)
  if (!match) return undefined
  const id = kindSteps.find(([, words]) => match[2]?.startsWith(words))?.[0]
  if (!id) return undefined
  return { id, state: match[1] === '•' ? 'running' : match[1] === '✓' ? 'done' : 'failed' }
}
