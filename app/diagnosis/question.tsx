'use client'
// One question of the diagnosis tree: its command, what to fill in, where to run it, and the answers. Used by diagnosis.tsx.
import { useState } from 'react'
import type { DiagnosisPlace, DiagnosisQuestion, DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { causesFrom, fillWords, wordsOf } from './walk-tree.ts'

/** The lab beside the tree, in which its commands can be typed. */
export interface DiagnosisLab {
  targets: LabSnapshot['targets']
  /** the place whose terminal is in front */
  front: string | undefined
  type(target: string, command: string, options: { run: boolean }): void
}

const groups: Record<DiagnosisPlace, LabSnapshot['targets'][number]['group'][]> = {
  laptop: ['laptop'],
  pod: ['pod'],
  node: ['node'],
  outside: ['host', 'laptop'],
}

interface CommandProps {
  tree: DiagnosisTree
  question: DiagnosisQuestion
  lab: DiagnosisLab | undefined
  values: Readonly<Record<string, string>>
  onValue: (word: string, value: string) => void
}

function Command({ tree, question, lab, values, onValue }: CommandProps) {
  const texts = useTexts()
  const [chosen, setChosen] = useState<string>()
  const words = wordsOf(tree, question.run)
  const command = fillWords(question.run, values)
  const missing = words.some((word) => !values[word]?.trim())
  const targets = lab?.targets.filter(({ group }) => groups[question.at].includes(group)) ?? []
  const place = [chosen, lab?.front].find((wanted) => targets.some(({ target }) => target === wanted)) ?? targets[0]?.target
  return (
    <div className="tree-command">
      <p className="tree-run">
        <span className="label">{texts.diagnosis.places[question.at]}</span>
        <code>{command}</code>
      </p>
      {(words.length > 0 || place) && (
        <div className="tree-fill">
          {words.map((word) => (
            <label key={word}>
              <span>
                <code>{word}</code> {tree.words[word]}
              </span>
              <input
                value={values[word] ?? ''}
                onChange={(event) => onValue(word, event.target.value)}
                maxLength={200}
                spellCheck={false}
                autoComplete="off"
                autoCapitalize="off"
              />
            </label>
          ))}
          {place && targets.length > 1 && (
            <label>
              <span>{texts.diagnosis.runIn}</span>
              <select value={place} onChange={(event) => setChosen(event.target.value)}>
                {targets.map(({ target, label, address }) => (
                  <option key={target} value={target}>
                    {address ? `${label}  ${address}` : label}
                  </option>
                ))}
              </select>
            </label>
          )}
          {place && (
            <span className="tree-go">
              <button type="button" className="btn sm" onClick={() => lab?.type(place, command, { run: false })}>
                {texts.lesson.console.type}
              </button>
              <button type="button" className="btn sm" disabled={missing} onClick={() => lab?.type(place, command, { run: true })}>
                <Icon name="run" />
                {texts.lesson.console.run}
              </button>
            </span>
          )}
        </div>
      )}
    </div>
  )
}

export function Question({ onAnswer, ...props }: CommandProps & { onAnswer: (answer: number) => void }) {
  const { tree, question } = props
  const texts = useTexts().diagnosis
  return (
    <>
      <Command key={question.run} {...props} />
      <ol className="tree-answers" aria-label={texts.answers}>
        {question.answers.map(({ says, to }, i) => (
          <li key={says}>
            <button type="button" onClick={() => onAnswer(i)}>
              <kbd>{i + 1}</kbd>
              <span>{says}</span>
              <span className="dim num">{texts.leaves(causesFrom(tree, to).size)}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
