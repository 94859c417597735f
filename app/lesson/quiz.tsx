'use client'
// The lesson's closing questions; every option says why it is right or wrong. Choosing again is allowed.
import { useEffect, useId, useState } from 'react'
import type { Quiz as Questions } from '../../labs/spec/lesson.ts'
import { Inline } from '../shell/prose.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { lessonRecord, updateLesson } from './reading-record.ts'

interface QuestionProps {
  question: Questions[number]
  number: number
  of: number
  chosen: number | undefined
  onChoose: (option: number) => void
}

function Question({ question, number, of, chosen, onChoose }: QuestionProps) {
  const texts = useTexts().lesson
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
          <input type="radio" name={name} checked={chosen === i} onChange={() => onChoose(i)} />
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

/** `slug`: the lesson's, under which the browser keeps the answers. */
export function Quiz({ slug, questions }: { slug: string; questions: Questions }) {
  const texts = useTexts().lesson
  const [answers, setAnswers] = useState<readonly (number | null)[]>([])
  useEffect(() => setAnswers(lessonRecord(slug).answers ?? []), [slug])
  const choose = (question: number, option: number) => {
    const next = questions.map((_, i) => (i === question ? option : (answers[i] ?? null)))
    setAnswers(next)
    updateLesson(slug, { answers: next })
  }
  return (
    <section aria-label={texts.checkYourself}>
      {questions.map((question, i) => (
        <Question
          key={question.q}
          question={question}
          number={i + 1}
          of={questions.length}
          chosen={answers[i] ?? undefined}
          onChoose={(option) => choose(i, option)}
        />
      ))}
    </section>
  )
}
