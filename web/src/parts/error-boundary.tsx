/** Stands around a view: when it cannot be drawn, says so in its place, instead of leaving what was there before. */
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { failure } from "../api/client";
import { refusal } from "../french/messages";
import { text } from "../french/texts";

export function ErrorBoundary({ children }: { children: ComponentChildren }) {
  const [fault] = useErrorBoundary();
  if (!fault) return <>{children}</>;
  return (
    <div role="alert">
      <article class="card" data-tone="error">
        <h2>{text("web.error.title")}</h2>
        <p>{refusal(failure(fault))}</p>
      </article>
    </div>
  );
}
