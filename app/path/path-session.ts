'use client'
// The probes of one lab on this page: the last result, the strip, what runs, what was refused. Used by path-page.tsx.
import { useState } from 'react'
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { PathQuestion, PathResult } from '../../labs/spec/path.ts'
import { RequestFailed } from '../lab/lab-connection.ts'
import { useLabController } from '../lab/lab-context.tsx'
import { writeLastQuestion } from './last-question.ts'
import { addProbe, type Probe } from './probe-strip-scale.ts'
import type { LabMoment } from './stale.ts'

export interface PathSession {
  probes: readonly Probe[]
  result?: PathResult
  /** the lab when the last probe was sent */
  moment?: LabMoment
  /** what is under way */
  running?: PathQuestion
  error?: ErrorBody
  send(question: PathQuestion, options: { pay: boolean; snapshot: LabSnapshot }): Promise<void>
}

export function usePathSession(): PathSession {
  const controller = useLabController()
  const [session, setSession] = useState<Omit<PathSession, 'send'>>({ probes: [] })
  return {
    ...session,
    async send(question, { pay, snapshot }) {
      if (!controller || session.running) return
      const { state, resets } = snapshot
      writeLastQuestion(controller.scenarioId, question)
      setSession(({ error: _, ...before }) => ({ ...before, running: question }))
      try {
        const result = await controller.followPacket(question, pay)
        setSession(({ probes }) => ({ probes: addProbe(probes, result), result, moment: { state, resets } }))
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error
        setSession(({ running: _, ...before }) => ({ ...before, error: error.body }))
      }
    },
  }
}
