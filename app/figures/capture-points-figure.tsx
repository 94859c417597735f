'use client'
// The figure of the lesson pod-to-pod: the capture points between two Pods; the reader chooses where to listen, and what that shows and clears is computed.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { capture, capturePoints, enough, type Heard, type Loss, losses, suspects } from './capture-points.ts'
import { captureWords } from './capture-points-words.ts'
import { FigureCaption } from './figure-caption.tsx'

const first: Loss = { way: 'back', gap: 1 }
const best = enough(losses)

/** Any fault but this one. */
function another(than: Loss): Loss {
  const others = losses.filter(({ way, gap }) => way !== than.way || gap !== than.gap)
  return others[Math.floor(Math.random() * others.length)] ?? than
}

export function CapturePointsFigure() {
  const [loss, setLoss] = useState(first)
  const [heard, setHeard] = useState<readonly Heard[]>([])
  const words = captureWords[useLocale()]
  const left = suspects(heard)
  const found = left.length === 1 ? left[0] : undefined
  const isSuspect = (way: Loss['way'], gap: number) => left.some((l) => l.way === way && l.gap === gap)

  return (
    <figure className="figure">
      <ol className="ladder">
        {capturePoints.map((id, point) => {
          const saw = heard.find((h) => h.point === point)?.saw
          const name = words.points[point] ?? id
          return (
            <li key={id}>
              <div className="rung">
                <span>{name}</span>
                {saw ? (
                  <b>{words.saw(saw.request, saw.reply)}</b>
                ) : (
                  <button
                    type="button"
                    className="btn sm"
                    aria-label={words.listenAt(name)}
                    disabled={found !== undefined}
                    onClick={() => setHeard([...heard, { point, saw: capture(point, loss) }])}
                  >
                    {words.listen}
                  </button>
                )}
              </div>
              {point < capturePoints.length - 1 && (
                <div className="gap">
                  <span className="mid">{words.gaps[point]}</span>
                  {(['there', 'back'] as const).map((way) => (
                    <span key={way} className={isSuspect(way, point) ? 'mark suspect' : 'mark'}>
                      {way === 'there' ? '↓' : '↑'} {words.ways[way]}: {isSuspect(way, point) ? words.suspect : words.cleared}
                    </span>
                  ))}
                </div>
              )}
            </li>
          )
        })}
      </ol>
      <div className="figure-controls">
        <div className="seg-set">
          <span aria-live="polite">
            {found
              ? words.found(found.way, words.gaps[found.gap] ?? '', heard.length, best)
              : `${words.left(left.length, losses.length)} ${words.heard(heard.length)}`}
          </span>
          <button
            type="button"
            className="btn sm"
            disabled={heard.length === 0}
            onClick={() => {
              setLoss(another(loss))
              setHeard([])
            }}
          >
            {words.again}
          </button>
        </div>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
