// Whether a result still tells of the lab as it is. Pure; used by path-page.tsx.
import type { LabSnapshot } from '../../labs/spec/lab.ts'

/** What of a lab a result depends on. */
export type LabMoment = Pick<LabSnapshot, 'state' | 'resets'>

/** Why a result is not about the lab as it is now. */
export function staleReason(then: LabMoment, now: LabMoment): 'reset' | 'broken' | 'solved' | undefined {
  if (then.resets !== now.resets || now.state === 'resetting') return 'reset'
  if (then.state === 'healthy' && ['breaking', 'broken', 'solved'].includes(now.state)) return 'broken'
  if (then.state === 'broken' && now.state === 'solved') return 'solved'
  return undefined
}
