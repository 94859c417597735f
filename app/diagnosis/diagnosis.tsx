'use client'
// The diagnosis tree, walked: what was answered, the question or the cause now, and how many causes are left. On its page, in a lab's drawer and in a lesson.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { DiagnosisCause, DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import { Icon } from '../shell/sprite.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { type DiagnosisLab, Question } from './question.tsx'
import { causesFrom, follow, type Standing } from './walk-tree.ts'
import './diagnosis.css'

function Trail({ trail, onReturn }: { trail: Standing['trail']; onReturn: (to: number) => void }) {
  const texts = useTexts().diagnosis
  if (trail.length === 0) return null
  return (
    <ol className="tree-trail" aria-label={texts.asked}>
      {trail.map(({ question, says }, i) => (
        <li key={question.ask}>
          <span className="mid">{question.ask}</span>
          <button type="button" onClick={() => onReturn(i)} aria-label={`${says}. ${texts.change(question.ask)}`}>
            {says}
          </button>
        </li>
      ))}
    </ol>
  )
}

function Cause({ cause }: { cause: DiagnosisCause }) {
  const texts = useTexts().diagnosis
  const locale = useLocale()
  return (
    <div className="tree-cause">
      <p>{texts.prove}</p>
      {cause.lesson && (
        <p>
          <a href={`/${locale}/lessons/${cause.lesson.slug}`}>{texts.read(`${cause.lesson.number} ${cause.lesson.title}`)}</a>
        </p>
      )}
    </div>
  )
}

/** Keys are answers, unless something is being written. */
const writes = (event: KeyboardEvent) => event.target instanceof HTMLElement && event.target.matches('input, select, textarea')

interface DiagnosisProps {
  tree: DiagnosisTree
  lab?: DiagnosisLab | undefined
  /** what the question's heading is on this page */
  heading: 'h2' | 'h3'
}

export function Diagnosis({ tree, lab, heading: Heading }: DiagnosisProps) {
  const texts = useTexts().diagnosis
  const [answers, setAnswers] = useState<readonly number[]>([])
  const [values, setValues] = useState<Record<string, string>>({})
  const title = useRef<HTMLHeadingElement>(null)
  const moved = useRef(false)
  const titleId = useId()
  const { trail, now } = follow(tree, answers)
  const question = tree.questions[now]
  const cause = tree.causes[now]
  const all = Object.keys(tree.causes).length
  const left = causesFrom(tree, now).size

  const go = (to: readonly number[]) => {
    moved.current = true
    setAnswers(to)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keyboard goes along with the question
  useEffect(() => {
    if (moved.current) title.current?.focus({ preventScroll: true })
  }, [now])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || writes(event)) return
    if (event.key === 'Backspace' && answers.length > 0) go(answers.slice(0, -1))
    else if (question?.answers[Number(event.key) - 1]) go([...answers, Number(event.key) - 1])
    else return
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: every answer is a button too; digits are a short cut to them
    <div className="tree" onKeyDown={onKeyDown}>
      <div className="tree-left">
        <span className="num">{texts.left(left, all)}</span>
        <span className="tree-scale" aria-hidden="true">
          <i style={{ width: `${(left / all) * 100}%` }} />
        </span>
      </div>
      <Trail trail={trail} onReturn={(to) => go(answers.slice(0, to))} />
      <section className="tree-now" aria-labelledby={titleId}>
        <Heading ref={title} id={titleId} tabIndex={-1} className={cause ? 'asks found' : 'asks'}>
          {cause && <span className="label">{texts.cause}</span>}
          {cause?.says ?? question?.ask}
        </Heading>
        {question && (
          <Question
            key={now}
            tree={tree}
            question={question}
            lab={lab}
            values={values}
            onValue={(word, value) => setValues({ ...values, [word]: value })}
            onAnswer={(answer) => go([...answers, answer])}
          />
        )}
        {cause && <Cause cause={cause} />}
      </section>
      <p className="tree-foot">
        <button type="button" className="btn sm" disabled={answers.length === 0} onClick={() => go(answers.slice(0, -1))}>
          {texts.back}
        </button>
        <button type="button" className="btn quiet sm" disabled={answers.length === 0} onClick={() => go([])}>
          <Icon name="reset" />
          {texts.restart}
        </button>
        <span className="dim">{texts.keys}</span>
      </p>
    </div>
  )
}
