'use client'
// A transcript in a lesson: commands that a click types into the terminal, Run also presses Enter, and the output the tests have seen.
import type { ReactNode } from 'react'
import type { ConsoleBlock as Block } from '../../labs/spec/lesson.ts'
import { useLab } from '../lab/lab-context.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatClock } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { Texts } from '../texts/texts.ts'

/** Output with its placeholders marked. One that stands in a column keeps the width it was written with. */
function withPlaceholders(output: string, varies: Texts['lesson']['console']['varies']): ReactNode {
  const parts = output.split(/(<(?:any|ip|age|(?:n|\d+)±\d+)>)/)
  return parts.map((part, i) => {
    if (i % 2 === 0) return part
    const name = part.slice(1, -1)
    const number = name.startsWith('n±') ? 'n' : name.split('±')[0]
    const { text, title } = name === 'any' || name === 'ip' || name === 'age' ? varies[name] : { text: number, title: varies.number }
    const inColumn = parts[i + 1]?.startsWith('  ')
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
      <i key={i} className="varies" title={title} style={inColumn ? { minWidth: `${part.length}ch` } : undefined}>
        {text}
      </i>
    )
  })
}

const place = (target: string) => target.replace(/^(node|host)\//, '')

export function ConsoleBlock({ block: text }: { block: string }) {
  const lab = useLab()
  const locale = useLocale()
  const texts = useTexts().lesson.console
  const block = JSON.parse(text) as Block
  return (
    <div className="transcript">
      {block.commands.map(({ command, output }) => {
        const ran = block.static ? undefined : lab.ranCommand(block.on, command)
        return (
          <div className="entry" key={command}>
            <div className="command">
              <span className="place">{place(block.on)}</span>
              <button
                type="button"
                className="type"
                disabled={block.static}
                title={block.static ? undefined : texts.type}
                onClick={() => lab.typeCommand(block.on, command)}
              >
                <code>{command}</code>
              </button>
              {!block.static && (
                <span className="go">
                  {ran && <span className="ran">{texts.ran(formatClock(ran.at, locale))}</span>}
                  <button
                    type="button"
                    className="btn sm"
                    aria-label={texts.runCommand(command)}
                    onClick={() => lab.typeCommand(block.on, command, { run: true })}
                  >
                    <Icon name="run" />
                    {texts.run}
                  </button>
                </span>
              )}
            </div>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: output that scrolls sideways must be reachable by keyboard */}
            {output && <pre tabIndex={0}>{withPlaceholders(output, texts.varies)}</pre>}
          </div>
        )
      })}
      {!lab.ready && !block.commands.every(() => block.static) && <p className="vh">{texts.waits}</p>}
    </div>
  )
}
