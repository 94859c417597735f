'use client'
// The lesson's closing questions; every option says why it is right or wrong. Choosing again is allowed.
import { useId, useState } from 'react'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'
import { Inline } from '../shell/prose.tsx'

function Question({ question, number, of }: { question: Questions[number]; number: number; of: number }) {
  const [chosen, setChosen] = useState<number>()
  const name = useId()
  const option = chosen === undefined ? undefined : question.options[chosen]
  return (
    <fieldset className="quiz">
      <legend>
        <span className="label">
          Check yourself, {number} of {of}
        </span>
        <Inline text={question.q} />
      </legend>
      {question.options.map((o, i) => (
        <label key={o.t}>
          <input type="radio" name={name} checked={chosen === i} onChange={() => setChosen(i)} />
          <span>
            <Inline text={o.t} />
          </span>
          {chosen === i && <span className={`v st ${o.ok ? 'pass' : 'fail'}`}>{o.ok ? 'Right' : 'Not this one'}</span>}
        </label>
      ))}
      <p className="ex" aria-live="polite">
        {option && <Inline text={option.why} />}
      </p>
    </fieldset>
  )
}

export function Quiz({ questions }: { questions: Questions }) {
  return (
    <section aria-label="Check yourself">
      {questions.map((question, i) => (
        <Question key={question.q} question={question} number={i + 1} of={questions.length} />
      ))}
    </section>
  )
}
