'use client'
// One question of the diagnosis tree: its command, what to fill in, where to run it, and the answers. Used by diagnosis.tsx.
import { useState } from 'react'
import type { DiagnosisPlace, DiagnosisQuestion, DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import type { CommandSeen } from '../../labs/spec/socket.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { causesFrom, fillWords, readAnswer, wordsOf } from './walk-tree.ts'

/** The lab beside the tree, in which its commands can be typed. */
export interface DiagnosisLab {
  targets: LabSnapshot['targets']
  /** the place whose terminal is in front */
  front: string | undefined
  type(target: string, command: string, options: { run: boolean }): void
  /** runs it apart from the terminals, to read what it prints */
  run(target: string, command: string): Promise<CommandSeen>
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
  onSeen: (seen: CommandSeen | undefined) => void
}

function Command({ tree, question, lab, values, onValue, onSeen }: CommandProps) {
  const texts = useTexts()
  const [running, setRunning] = useState(false)
  const [refused, setRefused] = useState<string>()
  const [chosen, setChosen] = useState<string>()
  const words = wordsOf(tree, question.run)
  const command = fillWords(question.run, values)
  const missing = words.some((word) => !values[word]?.trim())
  const targets = lab?.targets.filter(({ group }) => groups[question.at].includes(group)) ?? []
  const place = [chosen, lab?.front].find((wanted) => targets.some(({ target }) => target === wanted)) ?? targets[0]?.target
  const reads = question.answers.some((answer) => answer.reads !== undefined)
  const run = (target: string) => {
    setRunning(true)
    setRefused(undefined)
    onSeen(undefined)
    lab
      ?.run(target, command)
      .then(onSeen, (error) => setRefused(error instanceof Error ? error.message : String(error)))
      .finally(() => setRunning(false))
  }
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
              {reads && (
                <button type="button" className="btn sm strong" disabled={missing || running} onClick={() => run(place)}>
                  {running ? texts.diagnosis.running : texts.diagnosis.runAndRead}
                </button>
              )}
            </span>
          )}
        </div>
      )}
      {refused && (
        <p className="tree-refused" role="alert">
          {texts.diagnosis.notRun}: {refused}
        </p>
      )}
    </div>
  )
}

/** What a command printed, and what the tree makes of it. */
function Seen({ seen, read }: { seen: CommandSeen; read: boolean }) {
  const texts = useTexts().diagnosis
  return (
    <section className="tree-seen" aria-label={texts.output}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: output that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{seen.output}</pre>
      <p className="dim" role="status">
        {seen.exitCode === undefined && !seen.cut && `${texts.late} `}
        {seen.cut && `${texts.cut} `}
        {read ? texts.says : texts.undecided}
      </p>
    </section>
  )
}

type QuestionProps = Omit<CommandProps, 'onSeen'> & { onAnswer: (answer: number) => void }

export function Question({ onAnswer, ...props }: QuestionProps) {
  const { tree, question } = props
  const texts = useTexts().diagnosis
  const [seen, setSeen] = useState<CommandSeen>()
  const read = seen && readAnswer(question, seen.output)
  return (
    <>
      <Command {...props} onSeen={setSeen} />
      {seen && <Seen seen={seen} read={read !== undefined} />}
      <ol className="tree-answers" aria-label={texts.answers}>
        {question.answers.map(({ says, to }, i) => (
          <li key={says}>
            <button type="button" className={i === read ? 'read' : undefined} onClick={() => onAnswer(i)}>
              <kbd>{i + 1}</kbd>
              <span>
                {says}
                {i === read && <b> {texts.says}</b>}
              </span>
              <span className="dim num">{texts.leaves(causesFrom(tree, to).size)}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}
