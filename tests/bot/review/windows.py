"""Pieces of code as people paste them, without a name: from the middle, some with remarks."""

from __future__ import annotations

from collections.abc import Mapping

WINDOWS: Mapping[str, tuple[str, ...]] = {
    "python": (
        """        for order in self.orders:
            if order.total > limit and not order.paid:
                self.notify(order)
                continue
        return None

    @property
    def paid(self) -> bool:
        return all(order.paid for order in self.orders)""",
        """# read the settings once
import os
from pathlib import Path

ROOT = Path(__file__).parent
DEBUG = os.environ.get("DEBUG") == "1"
LIMIT = int(os.environ.get("LIMIT", 10))""",
        """    try:
        response = requests.get(url, timeout=5)
        response.raise_for_status()
    except requests.RequestException as error:
        log.warning("failed: %s", error)
        raise""",
    ),
    "javascript": (
        """  const items = await Promise.all(ids.map((id) => load(id)));
  if (items.length === 0) {
    return null;
  }
  items.forEach(item => {
    console.log(item.name);
  });""",
        """var express = require('express');
var app = express();

app.get('/users/:id', function (req, res) {
  db.query('SELECT * FROM users WHERE id = ' + req.params.id, function (err, rows) {
    res.send(rows);
  });
});""",
        """export default class Cart {
  constructor() {
    this.items = [];
  }

  add(item) {
    this.items.push(item);
    return this;
  }
}""",
    ),
    "typescript": (
        """interface User {
  id: number;
  name: string;
  email?: string;
}

export async function load(id: number): Promise<User> {
  const response = await fetch(`/users/${id}`);
  return response.json() as Promise<User>;
}""",
        """export class Service {
  private readonly cache = new Map<string, User>();

  constructor(private http: HttpClient) {}

  find(id: string): User | undefined {
    return this.cache.get(id);
  }
}""",
    ),
    "go": (
        """func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
\tbody, err := io.ReadAll(r.Body)
\tif err != nil {
\t\thttp.Error(w, err.Error(), 500)
\t\treturn
\t}
\tdefer r.Body.Close()
\tfmt.Fprintln(w, string(body))
}""",
        """\tfor _, item := range items {
\t\tif item == nil {
\t\t\tcontinue
\t\t}
\t\ttotal += item.Price
\t}
\treturn total, nil""",
    ),
    "rust": (
        """impl Parser {
    pub fn next(&mut self) -> Option<Token> {
        let start = self.position;
        match self.input.get(start) {
            Some(b) => Some(Token::new(*b)),
            None => None,
        }
    }
}""",
        """    let mut total = 0;
    for line in reader.lines() {
        let line = line?;
        total += line.trim().parse::<u64>().unwrap();
    }
    println!("{}", total);""",
    ),
    "java": (
        """    @Override
    public List<Order> findAll(String name) throws SQLException {
        List<Order> orders = new ArrayList<>();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM orders WHERE name = '" + name + "'");
        while (rows.next()) {
            orders.add(new Order(rows.getInt(1)));
        }
        return orders;
    }""",
        """import java.util.Map;

public class Counter {
    private final Map<String, Integer> counts = new HashMap<>();

    public void add(String word) {
        counts.merge(word, 1, Integer::sum);
    }
}""",
    ),
    "csharp": (
        """using System.Linq;

namespace Shop.Orders
{
    public class Order
    {
        public int Id { get; set; }
        public decimal Total => Lines.Sum(line => line.Price);
    }
}""",
        """        public async Task<IActionResult> Get(int id)
        {
            var order = await _orders.FindAsync(id);
            if (order == null)
            {
                return NotFound();
            }
            return Ok(order);
        }""",
    ),
    "c": (
        """static int read_all(FILE *file, char *buffer, size_t size)
{
    size_t used = 0;
    while (used < size && !feof(file)) {
        used += fread(buffer + used, 1, size - used, file);
    }
    buffer[used] = '\\0';
    return used;
}""",
        """#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    char name[16];
    strcpy(name, argv[1]);
    printf("hello %s\\n", name);
    return 0;
}""",
    ),
    "cpp": (
        """#include <vector>

template <typename T>
class Stack {
public:
    void push(const T& value) { items_.push_back(value); }
    bool empty() const { return items_.empty(); }
private:
    std::vector<T> items_;
};""",
    ),
    "ruby": (
        """class OrdersController < ApplicationController
  before_action :authenticate

  def index
    @orders = Order.where("name = '#{params[:name]}'")
    render json: @orders
  end
end""",
        """  def total
    items.each do |item|
      next if item.nil?
      @sum += item.price
    end
    @sum
  end""",
    ),
    "php": (
        """<?php
$id = $_GET['id'];
$result = mysqli_query($db, "SELECT * FROM users WHERE id = $id");
while ($row = mysqli_fetch_assoc($result)) {
    echo $row['name'];
}""",
        """    public function find($id)
    {
        if (!isset($this->cache[$id])) {
            $this->cache[$id] = $this->db->load($id);
        }
        return $this->cache[$id];
    }""",
    ),
    "shell": (
        """if [ -z "$1" ]; then
  echo "usage: $0 folder"
  exit 1
fi
for file in $(ls $1); do
  rm -rf "$1/$file"
done""",
        """export PATH="$HOME/bin:$PATH"
curl -fsSL https://example.com/install.sh | bash
sudo apt-get install -y git
cd "$DIR" && make test""",
    ),
    "sql": (
        """SELECT name, count(*)
  FROM orders o
  JOIN customers c ON c.id = o.customer
 WHERE o.total > 10
 GROUP BY name
 ORDER BY 2 DESC;""",
        """ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false;
CREATE INDEX orders_paid ON orders (paid);
UPDATE orders SET paid = true;""",
    ),
    "yaml": (
        """on:
  pull_request_target:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test""",
    ),
    "json": ('{\n  "name": "app",\n  "version": "1.0.0",\n  "private": true,\n  "scripts": {}\n}',),
    "dockerfile": ("FROM python:3.11\nCOPY . /app\nRUN pip install flask\nCMD python /app/x.py",),
    "html": ('<div class="card">\n  <p>Hello</p>\n  <a href="/x">more</a>\n</div>',),
    "css": (".card {\n  color: red;\n  margin: 0 4px;\n}\n\n#x > a:hover {\n  display: none;\n}",),
    "kotlin": (
        'fun greet(name: String?): String {\n    val who = name ?: return "?"\n'
        "    println(who)\n    return who\n}",
    ),
    "lua": (
        "local M = {}\n\nfunction M.add(a, b)\n  if a == nil then\n    return b\n  end\n"
        "  return a + b\nend\n\nreturn M",
    ),
    "toml": ('[project]\nname = "app"\nversion = "1.0"\n\n[tool.x]\nline-length = 100',),
    "perl": (
        "use strict;\nmy %seen;\nforeach my $line (@lines) {\n    next unless $line =~ /x/;\n"
        "    $seen{$line} = 1;\n}",
    ),
}
