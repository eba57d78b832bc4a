export function List() {
  return <p />;
}
