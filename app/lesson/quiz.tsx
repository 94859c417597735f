'use client'
// The lesson's closing questions; every option says why it is right or wrong. Choosing again is allowed.
import { useId, useState } from 'react'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'
import { Inline } from '../shell/prose.tsx'
import { useTexts } from '../texts/locale-context.tsx'

function Question({ question, number, of }: { question: Questions[number]; number: number; of: number }) {
  const texts = useTexts().lesson
  const [chosen, setChosen] = useState<number>()
  const name = useId()
  const option = chosen === undefined ? undefined : question.options[chosen]
  return (
    <fieldset className="quiz">
      <legend>
        <span className="label">{texts.question(number, of)}</span>
        <Inline text={question.q} />
      </legend>
      {question.options.map((o, i) => (
        <label key={o.t}>
          <input type="radio" name={name} checked={chosen === i} onChange={() => setChosen(i)} />
          <span>
            <Inline text={o.t} />
          </span>
          {chosen === i && <span className={`v st ${o.ok ? 'pass' : 'fail'}`}>{o.ok ? texts.right : texts.wrong}</span>}
        </label>
      ))}
      <p className="ex" aria-live="polite">
        {option && <Inline text={option.why} />}
      </p>
    </fieldset>
  )
}

export function Quiz({ questions }: { questions: Questions }) {
  const texts = useTexts().lesson
  return (
    <section aria-label={texts.checkYourself}>
      {questions.map((question, i) => (
        <Question key={question.q} question={question} number={i + 1} of={questions.length} />
      ))}
    </section>
  )
}
