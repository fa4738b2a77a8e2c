// Tells that somebody reads this page: its end stood on the screen for three seconds, or the way on was pressed.
addEventListener("DOMContentLoaded", () => {
  const view = document.querySelector("main[data-view], [data-view]")?.dataset.view
  if (!view || !navigator.sendBeacon) return
  const say = (what, part) => {
    const said = new URLSearchParams({ view, what })
    if (part) said.set("part", part)
    navigator.sendBeacon(location.pathname + "/seen", said)
  }
  let onScreen = 0
  let isTold = false
  const end = document.querySelector("[data-end]")
  if (end && self.IntersectionObserver) {
    let isShown = false
    new IntersectionObserver((found) => { isShown = found.some((one) => one.isIntersecting) }).observe(end)
    setInterval(() => {
      if (isShown && !document.hidden) onScreen += 500
      if (onScreen >= 3000 && !isTold) { isTold = true; say("part", "1") }
    }, 500)
  }
  document.querySelectorAll("a[data-step]").forEach((one) => one.addEventListener("click", () => say("step")))
})
