// Reads each `.mmd` of a folder with Mermaid's parser, and holds what it found against Graphviz's `.svg` of the same machine:
// the names of the states, and what leads from where to where. Of further files it reads what stands in blocks of `mermaid`.
// Called by check-diagrams.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";

// Mermaid cleans its texts with the help of a document.
const { window } = new JSDOM();
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

// An arrow is told as one text; START and END stand for what Mermaid calls [*].
const [START, END] = ["(start)", "(end)"];
const told = (from, to, labels) => [from, to, ...labels].join(" | ");
const read = (text) => text.replaceAll("\u00a0", " ").trim();

function fromSvg(svg) {
    const nodes = [...new JSDOM(svg, { contentType: "image/svg+xml" }).window.document.querySelectorAll("g.node, g.edge")];
    const title = (node) => node.querySelector("title").textContent;
    const texts = (node) => [...node.querySelectorAll("text")].map((text) => read(text.textContent));
    const states = new Map(nodes.filter((node) => node.matches(".node")).map((node) => [title(node), texts(node).join("")]));
    states.set("start", START);
    const arrows = nodes.filter((node) => node.matches(".edge")).map((node) => {
        const [from, to] = title(node).split("->");
        return told(states.get(from), states.get(to), texts(node));
    });
    // Graphviz draws a second line round a state that nothing leads out of, where Mermaid has an arrow to the end.
    const ends = nodes.filter((node) => node.querySelectorAll("ellipse").length === 2);
    arrows.push(...ends.map((node) => told(states.get(title(node)), END, [])));
    states.delete("start");
    return { states: [...states.values()].sort(), arrows: arrows.sort() };
}

async function fromMermaid(text) {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    // While it parses, Mermaid writes its `#34;` in a way of its own, and what a browser makes of them is up to the browser.
    const decoder = window.document.createElement("textarea");
    const shown = (label) => {
        decoder.innerHTML = label.replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";").replaceAll("<br>", "\n");
        return read(decoder.value);
    };
    const states = new Map();
    for (const { id, descriptions } of db.getStates().values()) {
        states.set(id, id === "root_start" ? START : id === "root_end" ? END : shown(descriptions[0] ?? id));
    }
    const arrows = db.getRelations().map(({ id1, id2, relationTitle }) => {
        const label = shown(relationTitle ?? "");
        return told(states.get(id1), states.get(id2), label === "" ? [] : label.split("\n"));
    });
    states.delete("root_start");
    states.delete("root_end");
    return { states: [...states.values()].sort(), arrows: arrows.sort() };
}

const [folder, ...documents] = process.argv.slice(2);
const pictures = readdirSync(folder).filter((name) => name.endsWith(".mmd"));
assert.notEqual(pictures.length, 0, "there are pictures");
for (const picture of pictures) {
    const path = join(folder, picture);
    const drawn = await fromMermaid(readFileSync(path, "utf8"));
    assert.deepEqual(drawn, fromSvg(readFileSync(path.replace(/mmd$/, "svg"), "utf8")), picture);
    console.log(`${picture}: ${drawn.states.length} states, ${drawn.arrows.length} arrows`);
}
for (const document of documents) {
    const blocks = [...readFileSync(document, "utf8").matchAll(/```mermaid\n(.*?)```/gs)];
    assert.notEqual(blocks.length, 0, `${document} has pictures`);
    for (const [, text] of blocks) {
        const { diagramType } = await mermaid.parse(text);
        if (!diagramType.startsWith("state")) {
            console.log(`${document}: a ${diagramType}`);
            continue;
        }
        const drawn = await fromMermaid(text);
        console.log(`${document}: ${drawn.states.length} states, ${drawn.arrows.length} arrows`);
    }
}
