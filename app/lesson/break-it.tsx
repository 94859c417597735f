'use client'
// Turns the lesson's healthy lab into the exercise, or leads to it when no lab runs.
import { useLab } from '../lab/lab-context.tsx'

export function BreakIt() {
  const lab = useLab()
  const running = lab.ready || lab.state === 'starting' || lab.state === 'resetting'
  return (
    <section className="break-it" id="exercise" aria-labelledby="exercise-title">
      <h2 id="exercise-title">Break it</h2>
      {lab.state === 'broken' || lab.state === 'breaking' ? (
        <p>Something in the lab is broken now. The ticket and the tasks are beside the terminal.</p>
      ) : lab.state === 'solved' ? (
        <p>Solved. The debrief beside the terminal tells what was broken.</p>
      ) : (
        <>
          <p>One thing in this lab’s network will change, and a colleague will write you a ticket. Your shells stay open.</p>
          <button
            type="button"
            className="btn primary"
            onClick={running ? lab.breakIt : lab.start}
            disabled={running && lab.state !== 'healthy'}
          >
            {running ? 'Break it' : 'Start the lab first'}
          </button>
        </>
      )}
    </section>
  )
}
