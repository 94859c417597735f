import type { Facts } from './facts.d.mts'

export interface Person {
  isPresent: boolean
  ask(question: string): Promise<boolean>
  /** gives the exit code; null: a signal */
  run(argv: string[]): number | null
}
export function installPackages(facts: Pick<Facts, 'uid' | 'commands'>, names: string[], yes: boolean, person?: Person): Promise<void>
