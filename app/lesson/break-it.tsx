'use client'
// Turns the lesson's healthy lab into the exercise, or leads to it when no lab runs.
import { useLab } from '../lab/lab-context.tsx'
import { useTexts } from '../texts/locale-context.tsx'

export function BreakIt() {
  const texts = useTexts().lesson.breakIt
  const lab = useLab()
  const running = lab.ready || lab.state === 'starting' || lab.state === 'resetting'
  return (
    <section className="break-it" id="exercise" aria-labelledby="exercise-title">
      <h2 id="exercise-title">{texts.title}</h2>
      {lab.state === 'broken' || lab.state === 'breaking' ? (
        <p>{texts.broken}</p>
      ) : lab.state === 'solved' ? (
        <p>{texts.solved}</p>
      ) : (
        <>
          <p>{texts.intro}</p>
          <button
            type="button"
            className="btn primary"
            onClick={running ? lab.breakIt : lab.start}
            disabled={running && lab.state !== 'healthy'}
          >
            {running ? texts.title : texts.startFirst}
          </button>
        </>
      )}
    </section>
  )
}
