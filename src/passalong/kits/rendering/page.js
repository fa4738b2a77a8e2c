addEventListener("DOMContentLoaded",()=>{
const d=document,all=(s,f)=>d.querySelectorAll(s).forEach(f),hidden=d.querySelector("body>[name=view]"),view=hidden&&hidden.value
if(!view||!navigator.sendBeacon)return
all("form:not(#next)",form=>{const copy=hidden.cloneNode();copy.removeAttribute("form");form.append(copy)})
const say=(what,part)=>{const said=new URLSearchParams({view,what});part&&said.set("part",part);navigator.sendBeacon(location.pathname+"/seen",said)}
const once=what=>{let told;return()=>{told||say(what);told=1}},now=()=>performance.now()
let seen=0,since=d.hidden?0:now(),reached=0,told=0
const time=()=>seen+(since&&now()-since)
const scroll=once("scroll");let from=-1,moved
for(const by of ["wheel","pointerdown","keydown"])addEventListener(by,()=>{if(from<0)from=scrollY},{passive:true})
addEventListener("scroll",()=>{if(from>=0&&Math.abs(scrollY-from)*3>=innerHeight)moved=1;tell()})
const tell=()=>{if(d.hidden||time()<3000)return;moved&&scroll();if(reached>told)say("part",told=reached)}
setInterval(tell,500)
d.addEventListener("visibilitychange",()=>{seen=time();since=d.hidden?0:now();tell()})
if(self.IntersectionObserver){const watch=new IntersectionObserver(found=>{for(const one of found)if(one.isIntersecting)reached=Math.max(reached,one.target.dataset.end);tell()})
all("[data-end]",end=>watch.observe(end))}
d.addEventListener("input",once("form"))
const step=once("step");all("a[data-step]",a=>a.addEventListener("click",step))
})
