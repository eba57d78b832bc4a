export function Child() {
  return <p />;
}
