export function Explore() {
  return <p />;
}
